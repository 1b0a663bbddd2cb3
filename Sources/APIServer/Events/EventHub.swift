import Logging
import Metrics
import Observability
import Postgres
import ServiceLifecycle
import Synchronization
import VLogCore

/// Hands what the database says about videos to whoever asks: event streams, caches.
package final class EventHub: Service {
    /// The channel on which the database tells that something of a video has changed; the payload is its id.
    package static let channel = "vlog_events"
    /// Events that a subscriber may lag behind before it is told to look at everything again.
    private static let buffer = 512

    /// What a subscriber is told.
    package enum Event: Sendable, Equatable {
        /// Something of this video, or of its job, has changed.
        case changed(VideoID)
        /// Events may have been missed: look at everything again.
        case resync
    }

    private struct Subscriber {
        let continuation: AsyncStream<Event>.Continuation
        let watches: Bool
    }

    private struct State {
        var subscribers: [UInt64: Subscriber] = [:]
        var next: UInt64 = 0
        var lastPoll: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let listener: PostgresListener
    private let logger: Logger

    package init(listener: PostgresListener, logger: Logger) {
        self.listener = listener
        self.logger = logger
    }

    /// Passes notifications on until the server shuts down; then every subscription ends.
    package func run() async throws {
        for await notification in listener.notifications().cancelOnGracefulShutdown() {
            switch notification {
            case .notification(let channel, let payload):
                guard channel == EventHub.channel, let id = VideoID(payload) else { continue }
                publish(.changed(id))
            case .reconnected:
                logger.debug("event listener reconnected")
                publish(.resync)
            }
        }
        for subscriber in state.withLock({ $0.subscribers }).values { subscriber.continuation.finish() }
    }

    /// Events from now on; ends with the server. `watching` says that a person looks at progress, so that runners
    /// report it more often.
    package func subscribe(watching: Bool = false) -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Event.self,
            bufferingPolicy: .bufferingNewest(EventHub.buffer)
        )
        let id = state.withLock { state in
            state.next += 1
            state.subscribers[state.next] = Subscriber(continuation: continuation, watches: watching)
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.subscribers.removeValue(forKey: id) }
        }
        return stream
    }

    /// Somebody asked for progress without a stream; counts as watching for a few seconds.
    package func notePoll() { state.withLock { $0.lastPoll = .now } }

    /// Whether somebody looks at progress right now.
    package var watchers: Bool {
        state.withLock { state in
            if let poll = state.lastPoll, poll.duration(to: .now) < .seconds(5) { return true }
            return state.subscribers.values.contains(where: \.watches)
        }
    }

    private func publish(_ event: Event) {
        for subscriber in state.withLock({ Array($0.subscribers.values) }) {
            // A full buffer drops its oldest event; what was lost is made good by looking at everything.
            if case .dropped = subscriber.continuation.yield(event) { subscriber.continuation.yield(.resync) }
        }
    }
}
