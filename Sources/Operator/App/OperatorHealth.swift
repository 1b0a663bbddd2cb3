import Synchronization

/// What the operator's probes are told.
package final class OperatorHealth: Sendable {
    private let isReadyNow = Mutex(false)

    package init() {}

    /// Whether all caches are filled, which they are in a stand-by, too.
    package var isReady: Bool { isReadyNow.withLock { $0 } }

    func setReady(_ isReady: Bool) { isReadyNow.withLock { $0 = isReady } }
}
