import Foundation
import Yams

/// The file in which `kubectl` keeps clusters, users and pairs of them
/// (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/), as far as we can use it: users with a token, a token
/// file, a client certificate or a program that gives tokens.
package struct Kubeconfig: Decodable, Sendable {
    struct Cluster: Decodable, Sendable {
        var server: String
        var certificateAuthority: String?
        var certificateAuthorityData: String?

        enum CodingKeys: String, CodingKey {
            case server
            case certificateAuthority = "certificate-authority"
            case certificateAuthorityData = "certificate-authority-data"
        }
    }

    struct Exec: Decodable, Sendable {
        struct Variable: Decodable, Sendable {
            var name: String
            var value: String
        }

        var apiVersion: String
        var command: String
        var args: [String]?
        var env: [Variable]?
    }

    struct User: Decodable, Sendable {
        var exec: Exec?
        var token: String?
        var tokenFile: String?
        var clientCertificate: String?
        var clientCertificateData: String?
        var clientKey: String?
        var clientKeyData: String?

        enum CodingKeys: String, CodingKey {
            case exec, token, tokenFile
            case clientCertificate = "client-certificate"
            case clientCertificateData = "client-certificate-data"
            case clientKey = "client-key"
            case clientKeyData = "client-key-data"
        }
    }

    struct Context: Decodable, Sendable {
        var cluster: String
        var user: String
        var namespace: String?
    }

    struct NamedCluster: Decodable, Sendable {
        var name: String
        var cluster: Cluster
    }

    struct NamedUser: Decodable, Sendable {
        var name: String
        var user: User
    }

    struct NamedContext: Decodable, Sendable {
        var name: String
        var context: Context
    }

    var clusters: [NamedCluster]
    var users: [NamedUser]
    var contexts: [NamedContext]
    var currentContext: String?

    enum CodingKeys: String, CodingKey {
        case clusters, users, contexts
        case currentContext = "current-context"
    }

    package init(yaml: String) throws(KubernetesError) {
        do {
            self = try YAMLDecoder().decode(Kubeconfig.self, from: yaml)
        } catch {
            throw KubernetesError(.configuration, "this is no kubeconfig", cause: error)
        }
    }
}

extension Kubeconfig {
    /// The connection of a context, by default of the current one. Relative file names are taken from `folder`, where the
    /// kubeconfig is.
    package func connection(context wanted: String? = nil, folder: String) throws(KubernetesError) -> ClusterConnection
    {
        guard let name = wanted ?? currentContext, let context = contexts.first(where: { $0.name == name })?.context
        else {
            throw KubernetesError(.configuration, "the kubeconfig has no context '\(wanted ?? currentContext ?? "")'")
        }
        guard let cluster = clusters.first(where: { $0.name == context.cluster })?.cluster else {
            throw KubernetesError(.configuration, "the kubeconfig has no cluster '\(context.cluster)'")
        }
        guard let server = URL(string: cluster.server), server.host() != nil else {
            throw KubernetesError(.configuration, "the kubeconfig's server '\(cluster.server)' is no URL")
        }
        guard let user = users.first(where: { $0.name == context.user })?.user else {
            throw KubernetesError(.configuration, "the kubeconfig has no user '\(context.user)'")
        }
        let files = RelativeFiles(folder: folder)
        return ClusterConnection(
            server: server,
            authority: try files.content(cluster.certificateAuthorityData, cluster.certificateAuthority),
            credential: try credential(of: user, named: context.user, files),
            namespace: context.namespace ?? "default"
        )
    }

    private func credential(
        of user: User,
        named name: String,
        _ files: RelativeFiles
    ) throws(KubernetesError) -> ClusterCredential {
        if let token = user.token { return .token(token) }
        if let file = user.tokenFile { return .tokenFile(files.path(file)) }
        let chain = try files.content(user.clientCertificateData, user.clientCertificate)
        let key = try files.content(user.clientKeyData, user.clientKey)
        if let chain, let key { return .certificate(chain: chain, key: key) }
        guard let exec = user.exec else {
            throw KubernetesError(
                .configuration,
                "user '\(name)' of the kubeconfig has no token, client certificate or exec; other ways are not supported"
            )
        }
        guard ExecPlugin.apiVersions.contains(exec.apiVersion) else {
            throw KubernetesError(
                .configuration,
                "user '\(name)' of the kubeconfig has a plugin of \(exec.apiVersion), which is not supported"
            )
        }
        return .plugin(
            ExecPlugin(
                apiVersion: exec.apiVersion,
                command: exec.command.contains("/") ? files.path(exec.command) : exec.command,
                arguments: exec.args ?? [],
                environment: Dictionary((exec.env ?? []).map { ($0.name, $0.value) }) { $1 }
            )
        )
    }
}

/// The files that a kubeconfig names or holds.
private struct RelativeFiles {
    let folder: String

    func path(_ name: String) -> String { name.hasPrefix("/") ? name : "\(folder)/\(name)" }

    /// Base64 within the kubeconfig comes before a file beside it.
    func content(_ base64: String?, _ name: String?) throws(KubernetesError) -> [UInt8]? {
        if let base64 {
            guard let data = Data(base64Encoded: base64, options: .ignoreUnknownCharacters) else {
                throw KubernetesError(.configuration, "the kubeconfig holds a certificate or key that is not base64")
            }
            return Array(data)
        }
        guard let name else { return nil }
        return try ClusterConnection.file(path(name))
    }
}
