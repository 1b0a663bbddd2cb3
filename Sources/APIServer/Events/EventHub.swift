import Catalog
import Logging
import Metrics
import Observability
import ServiceLifecycle
import Synchronization
import VLogCore

/// Hands what the database says about videos to whoever asks: event streams, caches.
package final class EventHub: Service {
    /// The channel on which servers tell that something of a video has changed; the payload is its id.
    package static let channel = Announcement.Channel.events.rawValue
    /// The channel on which servers tell each other that somebody looks at progress; without payload.
    package static let watchingChannel = Announcement.Channel.watching.rawValue
    /// Events that a subscriber may lag behind before it is told to look at everything again.
    private static let buffer = 512

    /// What a subscriber is told.
    package enum Event: Sendable, Equatable {
        /// Something of this video, or of its job, has changed.
        case changed(VideoID)
        /// Events may have been missed: look at everything again.
        case resync
        /// Somebody looks at progress, at this server or at another one.
        case watching
    }

    private struct State {
        var subscribers: [UInt64: AsyncStream<Event>.Continuation] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())
    private let bus: UpdateBus
    private let logger: Logger

    package init(bus: UpdateBus, logger: Logger) {
        self.bus = bus
        self.logger = logger
    }

    /// Passes notifications on until the server shuts down; then every subscription ends.
    package func run() async throws {
        for await notification in bus.messages().cancelOnGracefulShutdown() {
            switch notification {
            case .notification(let channel, let payload):
                if channel == EventHub.watchingChannel { publish(.watching) }
                guard channel == EventHub.channel, let id = VideoID(payload) else { continue }
                publish(.changed(id))
            case .reconnected, .doubtful:
                logger.debug("events may have been missed")
                publish(.resync)
            }
        }
        for subscriber in state.withLock({ $0.subscribers }).values { subscriber.finish() }
    }

    /// Events from now on; ends with the server.
    package func subscribe() -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Event.self,
            bufferingPolicy: .bufferingNewest(EventHub.buffer)
        )
        let id = state.withLock { state in
            state.next += 1
            state.subscribers[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.subscribers.removeValue(forKey: id) }
        }
        return stream
    }

    private func publish(_ event: Event) {
        for subscriber in state.withLock({ Array($0.subscribers.values) }) {
            // A full buffer drops its oldest event; what was lost is made good by looking at everything.
            if case .dropped = subscriber.yield(event) { subscriber.yield(.resync) }
        }
    }
}
