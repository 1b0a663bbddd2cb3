import Foundation
import Kubernetes
import KubernetesTestSupport
import Logging
import TestSupport

@testable import ClusterResources
@testable import Operator

/// Where the operator's own tests run.
enum OperatorCluster: Sendable {
    case fake(FakeAPIServer)
    case real
}

/// Runs `body` with a client and a namespace that nobody else uses, on a cluster that knows our resources.
func withOperatorCluster(
    _ cluster: OperatorCluster,
    _ body: @escaping @Sendable (KubernetesClient, String) async throws -> Void
) async throws {
    let namespace = "test-\(UUID().uuidString.lowercased())"
    switch cluster {
    case .fake(let server):
        try await server.run { connection in
            try await KubernetesClient.with(connection, userAgent: "test") { try await body($0, namespace) }
        }
    case .real:
        try await KubernetesClient.with(try await RealAPIServer.connection(), userAgent: "test") { client in
            for definition in try CustomResourceDefinition.all() {
                _ = try await client.send(.apply(definition, manager: "test"))
            }
            _ = try await client.send(.create(Namespace(name: namespace)))
            try await served(client, namespace)
            try await body(client, namespace)
        }
    }
}

/// Waits until the API server has taken in the definitions: until then their paths are unknown to it.
private func served(_ client: KubernetesClient, _ namespace: String) async throws {
    for _ in 0..<100 {
        do {
            let selection = ObjectSelection(namespace: namespace)
            _ = try await client.send(KubernetesRequest<ObjectList<TranscodeJob>>.list(selection))
            _ = try await client.send(KubernetesRequest<ObjectList<VLogWorker>>.list(selection))
            return
        } catch let error as KubernetesError where error.code == .notFound {
            // Nothing tells of a path that begins to be served.
            try await Task.sleep(for: .milliseconds(100))
        }
    }
    throw TestSupportError("the API server does not serve the definitions")
}
