import Foundation
import HTTPTypes
import Kubernetes
import SwiftASN1
import X509

/// How the API server proves that it is the one that passes a request on, and how it tells whose it is: the ConfigMap
/// `extension-apiserver-authentication` (Kubernetes, "Configure the Aggregation Layer").
struct FrontProxy: Sendable, Equatable {
    static let configMap = ObjectKey(namespace: "kube-system", name: "extension-apiserver-authentication")

    /// PEM: who signs its certificate.
    let authority: String
    /// Common names of its certificate; empty for any that the authority has signed.
    let allowedNames: Set<String>
    let userHeaders: [HTTPField.Name]
    let groupHeaders: [HTTPField.Name]
    /// In small letters.
    let extraPrefixes: [String]

    /// Throws when the API server was started without an aggregation layer.
    init(_ configMap: ConfigMap) throws {
        let data = configMap.data ?? [:]
        guard let authority = data["requestheader-client-ca-file"], !authority.isEmpty else {
            throw KubernetesError(
                .configuration,
                "the API server passes no requests on: \(FrontProxy.configMap) has no requestheader-client-ca-file"
            )
        }
        self.authority = authority
        allowedNames = Set(try FrontProxy.list(data, "requestheader-allowed-names"))
        userHeaders = try FrontProxy.list(data, "requestheader-username-headers").compactMap { HTTPField.Name($0) }
        groupHeaders = try FrontProxy.list(data, "requestheader-group-headers").compactMap { HTTPField.Name($0) }
        extraPrefixes = try FrontProxy.list(data, "requestheader-extra-headers-prefix").map { $0.lowercased() }
    }

    /// Whether it may speak for others. The TLS layer has seen to it that the authority has signed the certificate.
    func isTrusted(der: [UInt8]) -> Bool {
        if allowedNames.isEmpty { return true }
        guard let certificate = try? Certificate(derEncoded: der) else { return false }
        let names = certificate.subject.flatMap { $0 }
            .filter { $0.type == .RDNAttributeType.commonName }
            .map { String(describing: $0.value) }
        return names.contains(where: allowedNames.contains)
    }

    /// Whose request it is; nil when the headers do not say.
    func subject(of fields: HTTPFields) -> SubjectAccessReview.Subject? {
        guard let user = userHeaders.lazy.compactMap({ fields[$0] }).first(where: { !$0.isEmpty }) else { return nil }
        var extra: [String: [String]] = [:]
        for field in fields {
            let name = field.name.canonicalName
            guard let prefix = extraPrefixes.first(where: name.hasPrefix) else { continue }
            let key = name.dropFirst(prefix.count)
            extra[key.removingPercentEncoding ?? String(key), default: []].append(field.value)
        }
        return SubjectAccessReview.Subject(
            user: user,
            groups: groupHeaders.flatMap { fields[values: $0] },
            extra: extra
        )
    }

    private static func list(_ data: [String: String], _ key: String) throws -> [String] {
        guard let text = data[key], !text.isEmpty else { return [] }
        do {
            return try JSONDecoder().decode([String].self, from: Data(text.utf8))
        } catch {
            throw KubernetesError(.configuration, "\(key) in \(FrontProxy.configMap) is no list of texts", cause: error)
        }
    }
}
