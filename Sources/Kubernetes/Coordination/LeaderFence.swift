import Synchronization

/// Keeps a process from writing when it may no longer lead: one that slept through the end of its lease has not noticed yet.
package final class LeaderFence: Sendable {
    private let until = Mutex<ContinuousClock.Instant?>(nil)

    package init() {}

    func open(until end: ContinuousClock.Instant) { until.withLock { $0 = end } }

    /// Throws when the lease is not known to be held at this moment.
    func check() throws(KubernetesError) {
        guard let end = until.withLock({ $0 }), ContinuousClock.now < end else {
            throw KubernetesError(.unavailable, "the lease may have passed to another process")
        }
    }
}
