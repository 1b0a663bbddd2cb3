import Catalog
import Logging
import Metrics
import Observability
import Postgres
import ServiceLifecycle

/// Carries what servers tell each other: over Redis while that is there, else by the database's NOTIFY. It always hears
/// both, because others may reach what this server does not.
package final class UpdateBus: Service {
    /// Messages that a subscriber may lag behind.
    private static let buffer = 1024
    /// How often subscribers are told that they may have missed something, while Redis is away.
    private static let doubtInterval = Duration.seconds(5)
    /// Announcements that are sent at once.
    private static let batch = 500

    private let announcements: Announcements
    private let listener: PostgresListener
    /// Nil when none is configured.
    package let redis: RedisBus?
    private let logger: Logger
    private let hub = NotificationHub<BusMessage>(capacity: buffer, missed: .reconnected)

    package init(announcements: Announcements, listener: PostgresListener, redis: RedisBus?, logger: Logger) {
        self.announcements = announcements
        self.listener = listener
        self.redis = redis
        self.logger = logger
    }

    /// The channels that the database is to be listened to on.
    package static let channels = Announcement.Channel.allCases.map(\.rawValue)

    /// Messages for one more subscriber, until `run()` ends. The first is `.reconnected`.
    package func messages() -> AsyncStream<BusMessage> { hub.subscribe() }

    /// Sends and hears until the server stops; then what was committed before is sent still.
    package func run() async throws {
        await withTaskGroup { group in
            group.addTask { await self.hearDatabase() }
            if let redis {
                group.addTask { await self.hear(redis) }
                group.addTask { await self.doubt(redis) }
            }
            for await _ in announcements.signals.cancelOnGracefulShutdown() { await sendPending() }
            group.cancelAll()
        }
        await sendPending()
        hub.end()
    }

    private func hearDatabase() async {
        for await notification in listener.notifications() {
            switch notification {
            case .notification(let channel, let payload): pass(channel, payload)
            case .reconnected: hub.publish(.reconnected)
            }
        }
    }

    private func hear(_ redis: RedisBus) async {
        for await event in redis.events {
            switch event {
            case .message(let channel, let payload): pass(channel, payload)
            case .switched: hub.publish(.reconnected)
            }
        }
    }

    private func pass(_ channel: String, _ payload: String) {
        guard channel != Announcement.Channel.everything.rawValue else { return hub.publish(.reconnected) }
        hub.publish(.notification(channel: channel, payload: payload))
    }

    private func doubt(_ redis: RedisBus) async {
        while true {
            do { try await Task.sleep(for: Self.doubtInterval) } catch { return }
            if !redis.isConnected { hub.publish(.doubtful) }
        }
    }

    private func sendPending() async {
        let pending = announcements.take()
        for start in stride(from: 0, to: pending.count, by: Self.batch) {
            await send(Array(pending[start..<min(start + Self.batch, pending.count)]))
        }
    }

    /// Over Redis, or else by NOTIFY; what went out on both is looked at twice, which harms nobody.
    private func send(_ batch: [Announcement]) async {
        if let redis, await redis.send(batch) { return count(batch, "redis") }
        var isAway = false
        while true {
            do {
                try await announcements.notify(batch)
                return count(batch, "notify")
            } catch {
                // Where the database is away, so are those who listen to it; they look at everything afterwards.
                guard error.isRetryable, !Task.isShuttingDownGracefully else { return lose(batch, error) }
                if !isAway { logger.warning("announcements wait for the database", metadata: ["error": "\(error)"]) }
                isAway = true
                do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
            }
        }
    }

    private func lose(_ batch: [Announcement], _ error: PostgresError) {
        logger.warning("announcements lost", metadata: ["count": "\(batch.count)", "error": "\(error)"])
    }

    private func count(_ batch: [Announcement], _ bus: String) {
        Counter(label: MetricName.announcements.rawValue, dimensions: [("bus", bus)]).increment(by: batch.count)
    }
}
