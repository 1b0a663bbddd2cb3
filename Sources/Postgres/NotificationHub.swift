import Synchronization

/// Copies notifications to every subscriber. One that lags too far behind misses some and is told so.
final class NotificationHub: Sendable {
    private typealias Continuation = AsyncStream<PostgresNotification>.Continuation

    private struct Subscriber {
        let continuation: Continuation
        /// Something did not fit into its buffer, so `.reconnected` comes before the next that does.
        var hasMissed = false

        mutating func receive(_ notification: PostgresNotification) {
            if hasMissed {
                guard case .enqueued = continuation.yield(.reconnected) else { return }
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
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = capacity }

    func subscribe() -> AsyncStream<PostgresNotification> {
        let policy = Continuation.BufferingPolicy.bufferingOldest(capacity)
        let (stream, continuation) = AsyncStream.makeStream(of: PostgresNotification.self, bufferingPolicy: policy)
        let id = state.withLock { state -> UInt64? in
            guard !state.hasEnded else { return nil }
            state.nextID += 1
            state.subscribers[state.nextID] = Subscriber(continuation: continuation)
            if state.isListening { continuation.yield(.reconnected) }
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

    func publish(_ notification: PostgresNotification) {
        state.withLock { state in
            if notification == .reconnected { state.isListening = true }
            for id in state.subscribers.keys { state.subscribers[id]?.receive(notification) }
        }
    }

    /// The connection is lost.
    func pause() { state.withLock { $0.isListening = false } }

    /// Ends every stream.
    func end() {
        let subscribers = state.withLock { state in
            state.hasEnded = true
            defer { state.subscribers = [:] }
            return state.subscribers.values
        }
        // Outside of the lock, for ending a stream calls back to have it removed.
        for subscriber in subscribers { subscriber.continuation.finish() }
    }
}
