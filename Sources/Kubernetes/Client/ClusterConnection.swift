import AsyncHTTPClient
import Foundation
import NIOCore
import NIOSSL

/// Where the API server is, how it proves itself, and how we do.
package struct ClusterConnection: Sendable {
    package var server: URL
    /// PEM; nil for the system's authorities.
    package var authority: [UInt8]?
    package var credential: ClusterCredential
    /// The namespace that is meant when none is named.
    package var namespace: String

    package init(server: URL, authority: [UInt8]?, credential: ClusterCredential, namespace: String = "default") {
        self.server = server
        self.authority = authority
        self.credential = credential
        self.namespace = namespace
    }

    /// What a pod has, by its ServiceAccount; nil when this is no pod.
    package static func inCluster(_ environment: [String: String]) throws(KubernetesError) -> ClusterConnection? {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty else { return nil }
        let folder = "/var/run/secrets/kubernetes.io/serviceaccount"
        var components = URLComponents()
        components.scheme = "https"
        components.host = host.contains(":") ? "[\(host)]" : host
        components.port = environment["KUBERNETES_SERVICE_PORT"].flatMap(Int.init) ?? 443
        guard let server = components.url else {
            throw KubernetesError(.configuration, "KUBERNETES_SERVICE_HOST '\(host)' is no address")
        }
        let namespace = try? String(contentsOfFile: "\(folder)/namespace", encoding: .utf8)
        return ClusterConnection(
            server: server,
            authority: try ClusterConnection.file("\(folder)/ca.crt"),
            credential: .tokenFile("\(folder)/token"),
            namespace: namespace?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "default"
        )
    }

    static func file(_ path: String) throws(KubernetesError) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw KubernetesError(.configuration, "\(path) cannot be read", cause: error)
        }
    }
}

/// How a client proves who it is. None of it is ever printed.
package enum ClusterCredential: Sendable, CustomStringConvertible {
    case token(String)
    /// Read again every half minute: the kubelet renews it in place.
    case tokenFile(String)
    /// PEM, both.
    case certificate(chain: [UInt8], key: [UInt8])
    case plugin(ExecPlugin)

    package var description: String {
        switch self {
        case .token: "token"
        case .tokenFile(let path): "token file \(path)"
        case .certificate: "client certificate"
        case .plugin(let plugin): "plugin \(plugin.command)"
        }
    }
}

extension ClusterConnection {
    /// What the HTTP client must know. `silence` is how long a connection may say nothing while an answer is due:
    /// bookmarks come about every minute, so a watch that is silent for longer is dead, whatever TCP thinks.
    func httpConfiguration(silence: Duration) throws(KubernetesError) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        do {
            if let authority { tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authority)) }
            if case .certificate(let chain, let key) = credential {
                tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(chain).map { .certificate($0) }
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
            }
        } catch {
            throw KubernetesError(.configuration, "a certificate or key of the cluster cannot be used", cause: error)
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(5), read: TimeAmount(silence), write: .seconds(30))
        // A watch holds a connection for minutes; requests must not wait for one.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return configuration
    }
}
