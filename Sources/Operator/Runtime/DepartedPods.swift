import Kubernetes
import Synchronization

/// Pods that have ended and are gone already, as after a drain: how they ended must be counted all the same, also when that
/// is faster than the next pass.
final class DepartedPods: Sendable {
    /// Of one job; those before have long been counted.
    private static let most = 16

    private let pods = Mutex<[String: [Pod]]>([:])

    func of(_ uid: String) -> [Pod] { pods.withLock { $0[uid] ?? [] } }

    func add(_ pod: Pod) {
        guard pod.isFinished, let uid = pod.transcodeJobUID else { return }
        pods.withLock { pods in
            pods[uid, default: []].append(pod)
            if let count = pods[uid]?.count, count > Self.most { pods[uid]?.removeFirst() }
        }
    }

    /// Nothing is counted for this job any more.
    func forget(_ uid: String) { pods.withLock { $0[uid] = nil } }
}
