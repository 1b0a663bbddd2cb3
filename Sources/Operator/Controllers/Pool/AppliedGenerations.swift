import ClusterResources
import Kubernetes
import Synchronization

/// What was applied for which generation of a pool, so that a Deployment whose pods come and go is not applied each time.
/// Another generation on either side, as when somebody edits the Deployment, means to apply again.
final class AppliedGenerations: Sendable {
    private struct Pair: Equatable {
        let pool: Int64?
        let deployment: Int64?
    }

    private let known = Mutex<[String: Pair]>([:])

    func isCurrent(_ worker: VLogWorker, _ observed: Deployment?) -> Bool {
        guard let observed, let uid = worker.metadata.uid else { return false }
        return known.withLock { $0[uid] }
            == Pair(pool: worker.metadata.generation, deployment: observed.metadata.generation)
    }

    func note(_ worker: VLogWorker, _ applied: Deployment) {
        guard let uid = worker.metadata.uid else { return }
        known.withLock {
            $0[uid] = Pair(pool: worker.metadata.generation, deployment: applied.metadata.generation)
        }
    }
}
