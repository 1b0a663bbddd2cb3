import Kubernetes
import Synchronization
import VLogCore

/// The way to Kubernetes, while the service that holds its connections runs.
final class ClusterAccess: Sendable {
    let configuration: ClusterConfiguration
    private let current = Mutex<KubernetesClient?>(nil)

    init(_ configuration: ClusterConfiguration) { self.configuration = configuration }

    /// Nil before the server has started and after it has stopped.
    var client: KubernetesClient? { current.withLock { $0 } }

    /// Opens the connections for as long as `body` runs.
    func open<Result>(_ body: (KubernetesClient) async throws -> Result) async throws -> Result {
        let agent = "vlog-server/\(productVersion)"
        return try await KubernetesClient.with(configuration.connection, userAgent: agent) { client in
            current.withLock { $0 = client }
            defer { current.withLock { $0 = nil } }
            return try await body(client)
        }
    }
}
