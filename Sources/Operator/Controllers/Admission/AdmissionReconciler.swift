import ClusterResources
import Foundation
import Kubernetes
import Logging
import Metrics
import Observability

/// Gives the slots of a namespace's pools to the jobs that wait for them. The key is the namespace: one pass sees all that have
/// not ended.
struct AdmissionReconciler: Sendable {
    let caches: OperatorCaches
    let client: KubernetesClient
    let board: AdmissionBoard
    /// Where those whose place has changed are looked at.
    let jobQueue: WorkQueue<ObjectKey>

    /// A pass rests for as many times as long as it took: what changes meanwhile is seen by the next one, all of it at once.
    private static let rest = 5
    private static let longestRest = Duration.milliseconds(250)

    func reconcile(_ namespace: String, logger: Logger) async throws -> Requeue {
        let start = ContinuousClock.now
        try await pass(over: namespace)
        try await Task.sleep(for: min(Self.longestRest, (ContinuousClock.now - start) * Self.rest))
        return .whenChanged
    }

    private func pass(over namespace: String) async throws {
        let pools = caches.workers.objects(in: namespace).filter { $0.metadata.deletionTimestamp == nil }
        try await lookUpUnknown(in: pools, of: namespace)
        let jobs = caches.transcodeJobs.objects(in: namespace)
        let live = caches.pods.objects(in: namespace).filter { !$0.isFinished }
        let plan = AdmissionPlan(
            pools: pools,
            jobs: jobs,
            livePods: Set(live.compactMap(\.transcodeJobUID)),
            now: Date()
        )
        for pool in pools {
            guard let status = plan.statuses[pool.metadata.name] else { continue }
            measure(pool, status)
            guard status != pool.status else { continue }
            var changed = pool
            changed.status = status
            // With the version that was read: whoever else gave slots away in between makes this fail.
            caches.workers.put(try await client.send(.replaceStatus(changed)))
        }
        let news = Set(board.replace(namespace, with: plan.places))
        for job in jobs where news.contains(job.metadata.uid ?? "") { jobQueue.add(job.key) }
    }

    /// A slot whose TranscodeJob is not in the cache is not free for that: the cache may be behind, the pool's ledger not.
    private func lookUpUnknown(in pools: [VLogWorker], of namespace: String) async throws {
        for allocation in pools.flatMap({ $0.status?.allocations ?? [] }) {
            let key = ObjectKey(namespace: namespace, name: allocation.job)
            guard caches.transcodeJobs[key] == nil else { continue }
            do {
                caches.transcodeJobs.put(try await client.send(.get(key)))
            } catch let error as KubernetesError where error.code == .notFound {
                continue
            }
        }
    }

    private func measure(_ pool: VLogWorker, _ status: VLogWorkerStatus) {
        let labels = [("namespace", pool.key.namespace), ("worker", pool.metadata.name)]
        Gauge(label: MetricName.slots.rawValue, dimensions: labels + [("state", "total")]).record(status.replicas)
        Gauge(label: MetricName.slots.rawValue, dimensions: labels + [("state", "taken")]).record(status.active)
        Gauge(label: MetricName.demand.rawValue, dimensions: labels).record(status.active + status.waiting)
    }
}
