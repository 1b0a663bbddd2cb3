import Catalog
import Logging
import Postgres
import ServiceLifecycle

/// Wakes the claims that wait for a job when the database tells that one has become claimable.
package final class JobSignal: Service {
    package static let channel = Catalog.jobsChannel

    private let listener: PostgresListener
    private let logger: Logger
    let bell = Doorbell()

    package init(listener: PostgresListener, logger: Logger) {
        self.listener = listener
        self.logger = logger
    }

    /// Passes on what the database tells, until the server stops.
    package func run() async throws {
        for await notification in listener.notifications().cancelOnGracefulShutdown() {
            switch notification {
            case .notification(let channel, _):
                if channel == Self.channel { bell.ring() }
            case .reconnected:
                logger.debug("job signal reconnected")
                bell.ring()
            }
        }
    }
}
