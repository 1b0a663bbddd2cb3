import Foundation
import Kubernetes
import KubernetesTestSupport

/// The servers that the client is held against: what the fake one does, the real one must do, too.
enum TestCluster: String, CaseIterable, Sendable {
    case fake, real

    /// Runs `body` with a client and a namespace that nobody else uses.
    func run(_ body: @escaping @Sendable (KubernetesClient, String) async throws -> Void) async throws {
        let namespace = "test-\(UUID().uuidString.lowercased())"
        switch self {
        case .fake:
            try await FakeAPIServer().run { connection in
                try await KubernetesClient.with(connection, userAgent: "test") { try await body($0, namespace) }
            }
        case .real:
            let connection = try await RealAPIServer.connection()
            try await KubernetesClient.with(connection, userAgent: "test") { client in
                _ = try await client.send(.create(Namespace(name: namespace)))
                try await body(client, namespace)
            }
        }
    }
}
