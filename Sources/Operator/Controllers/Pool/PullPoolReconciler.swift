import ClusterResources
import Foundation
import Kubernetes
import Logging

/// Keeps the Deployment of a pool of `mode: Pull`. Pools of slots are the admission's.
struct PullPoolReconciler: Sendable {
    let caches: OperatorCaches
    let client: KubernetesClient
    private let applied = AppliedGenerations()

    init(caches: OperatorCaches, client: KubernetesClient) {
        self.caches = caches
        self.client = client
    }

    func reconcile(_ key: ObjectKey, logger: Logger) async throws -> Requeue {
        guard let worker = caches.workers[key], worker.spec.mode == .pull, worker.metadata.deletionTimestamp == nil
        else {
            return .whenChanged
        }
        let observed = caches.deployments[key]
        guard observed == nil || observed?.metadata.controller?.uid == worker.metadata.uid else {
            throw KubernetesError(.invalid, "a Deployment '\(key)' is there that belongs to something else")
        }
        let plan = PullPoolPlan(worker, observed: observed, now: Date())
        if !applied.isCurrent(worker, observed) {
            _ = try await client.send(.apply(plan.budget, manager: LabelName.operatorName))
            let deployment = try await client.send(.apply(plan.deployment, manager: LabelName.operatorName))
            caches.deployments.put(deployment)
            applied.note(worker, deployment)
        }
        if plan.status != worker.status {
            var changed = worker
            changed.status = plan.status
            caches.workers.put(try await client.send(.replaceStatus(changed)))
        }
        return .whenChanged
    }
}
