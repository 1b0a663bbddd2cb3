import Catalog
import Logging
import ServiceLifecycle
import VLogCore

/// Wakes the claims that wait for a job when a server tells that one has become claimable.
package final class JobSignal: Service {
    private let bus: UpdateBus
    private let claims: WaitingClaims
    private let logger: Logger

    init(bus: UpdateBus, claims: WaitingClaims, logger: Logger) {
        self.bus = bus
        self.claims = claims
        self.logger = logger
    }

    /// Passes on what is told, until the server stops.
    package func run() async throws {
        for await message in bus.messages().cancelOnGracefulShutdown() {
            switch message {
            case .notification(Announcement.Channel.jobs.rawValue, let payload):
                if let job = JobID(payload) { claims.offer([JobHint(job: job, entry: nil)]) } else { claims.lookAll() }
            case .reconnected:
                logger.debug("job signal reconnected")
                claims.lookAll()
            // Who waits looks every few seconds anyway.
            case .notification, .doubtful: break
            }
        }
    }
}
