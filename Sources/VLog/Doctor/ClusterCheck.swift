import APIServer
import ArgumentParser
import ClusterResources
import Kubernetes

/// What `vlog doctor` says of the cluster that VLOG_DISPATCH=kubernetes hands jobs to, by asking it what the server would.
struct ClusterCheck {
    private static let name = "Kubernetes"

    let environment: [String: String]

    /// Nil where runners ask for jobs.
    func finding() async -> Finding? {
        do {
            guard let configuration = try ClusterOptions.parse([]).configuration(environment) else { return nil }
            let selection = ObjectSelection(namespace: configuration.namespace)
            let pools = try await KubernetesClient.with(configuration.connection, userAgent: "vlog-doctor") { client in
                _ = try await client.send(KubernetesRequest<ObjectList<TranscodeJob>>.list(selection))
                return try await self.pools(selection, client)
            }
            return finding(configuration.namespace, pools: pools)
        } catch {
            return Finding(
                name: Self.name,
                verdict: .mend,
                found: "\(error)",
                remedy: "install the definitions and the server's rights (docs/kubernetes.md), or unset VLOG_DISPATCH"
            )
        }
    }

    /// Nil for a server that may not look, which it need not.
    private func pools(_ selection: ObjectSelection, _ client: KubernetesClient) async throws -> [VLogWorker]? {
        do {
            return try await client.send(KubernetesRequest<ObjectList<VLogWorker>>.list(selection)).items
        } catch let error as KubernetesError where error.code == .forbidden {
            return nil
        }
    }

    private func finding(_ namespace: String, pools: [VLogWorker]?) -> Finding {
        guard let pools else {
            return Finding(name: Self.name, verdict: .good, found: "takes jobs in the namespace \(namespace)")
        }
        let able = pools.filter { $0.spec.mode == .job && !$0.spec.suspend }
        let slots = able.map(\.spec.replicas).reduce(0, +)
        let found = "takes jobs in the namespace \(namespace): \(able.count) pools with \(slots) slots"
        guard slots > 0 else {
            return Finding(
                name: Self.name,
                verdict: .note,
                found: found,
                remedy: "apply a VLogWorker there, or let an autoscaler give it slots"
            )
        }
        return Finding(name: Self.name, verdict: .good, found: found)
    }
}
