import Synchronization

/// Copies notifications to every subscriber. One that lags too far behind misses some and is told so.
package final class NotificationHub<Notification: Sendable & Equatable>: Sendable {
    private typealias Continuation = AsyncStream<Notification>.Continuation

    private struct Subscriber {
        let continuation: Continuation
        /// Something did not fit into its buffer, so that is said before the next that does.
        var hasMissed = false

        mutating func receive(_ notification: Notification, orThat missed: Notification) {
            if hasMissed {
                guard case .enqueued = continuation.yield(missed) else { return }
                hasMissed = false
            }
            if case .dropped = continuation.yield(notification) { hasMissed = true }
        }
    }

    private struct State {
        var subscribers: [UInt64: Subscriber] = [:]
        var nextID: UInt64 = 0
        var isListening = false
        var hasEnded = false
    }

    private let capacity: Int
    private let missed: Notification
    private let state = Mutex(State())

    /// `missed` says that something may have been missed before; it is the first that is published.
    package init(capacity: Int, missed: Notification) {
        self.capacity = capacity
        self.missed = missed
    }

    /// What is published from now on. Begins with `missed` as soon as that has been published.
    package func subscribe() -> AsyncStream<Notification> {
        let policy = Continuation.BufferingPolicy.bufferingOldest(capacity)
        let (stream, continuation) = AsyncStream.makeStream(of: Notification.self, bufferingPolicy: policy)
        let id = state.withLock { state -> UInt64? in
            guard !state.hasEnded else { return nil }
            state.nextID += 1
            state.subscribers[state.nextID] = Subscriber(continuation: continuation)
            if state.isListening { continuation.yield(missed) }
            return state.nextID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.subscribers.removeValue(forKey: id) }
        }
        return stream
    }

    package func publish(_ notification: Notification) {
        state.withLock { state in
            if notification == missed { state.isListening = true }
            for id in state.subscribers.keys { state.subscribers[id]?.receive(notification, orThat: missed) }
        }
    }

    /// The connection is lost.
    func pause() { state.withLock { $0.isListening = false } }

    /// Ends every stream.
    package func end() {
        let subscribers = state.withLock { state in
            state.hasEnded = true
            defer { state.subscribers = [:] }
            return state.subscribers.values
        }
        // Outside of the lock, for ending a stream calls back to have it removed.
        for subscriber in subscribers { subscriber.continuation.finish() }
    }
}
