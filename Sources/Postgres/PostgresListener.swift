import Logging
import ServiceLifecycle

/// Listens to channels on a connection of its own, which it makes anew whenever it is lost.
package final class PostgresListener: Service {
    /// Notifications that a subscriber may lag behind.
    private static let buffer = 1024

    private let configuration: PostgresConfiguration
    private let channels: [String]
    private let logger: Logger
    private let hub = NotificationHub<PostgresNotification>(capacity: buffer, missed: .reconnected)

    package init(configuration: PostgresConfiguration, channels: [String], logger: Logger) {
        self.configuration = configuration
        self.channels = channels
        self.logger = logger
    }

    /// Notifications for one more subscriber, until `run()` ends. The first is `.reconnected`, as soon as the listener
    /// listens; after it nothing is missed, unless another `.reconnected` says so.
    package func notifications() -> AsyncStream<PostgresNotification> { hub.subscribe() }

    /// Listens until a graceful shutdown or cancellation. A database that does not answer is tried again for ever.
    package func run() async throws {
        let connection = ListenerConnection()
        // What it throws says only that it was told to stop.
        try? await cancelWhenGracefulShutdown { try await self.listen(on: connection) }
        hub.end()
        await connection.close()
    }

    /// Returns only by throwing `CancellationError`.
    private func listen(on connection: ListenerConnection) async throws {
        var backoff = Backoff.reconnecting
        while true {
            do throws(PostgresError) {
                try await connection.connect(configuration, channels: channels)
                backoff = .reconnecting
                hub.publish(.reconnected)
                while !Task.isCancelled {
                    for notification in try await connection.next() { hub.publish(notification) }
                }
            } catch {
                logger.warning("database listener lost its connection", metadata: ["error": "\(error)"])
            }
            hub.pause()
            try await Task.sleep(for: backoff.next())
        }
    }
}

extension Backoff {
    fileprivate static var reconnecting: Backoff { Backoff(first: .milliseconds(100), limit: .seconds(5)) }
}
