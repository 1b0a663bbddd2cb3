import Catalog
import Logging
import ServiceLifecycle
import SystemPackage

/// All that the server does by itself. Each piece may run in several servers at once, and be killed at any step.
package struct BackgroundWork: Sendable {
    private let catalog: Catalog
    private let finaliser: Finaliser
    private let sweep: StorageSweep
    private let alerts: AlertService
    private let logger: Logger

    package init(_ services: ServerServices) {
        catalog = services.catalog
        finaliser = services.finaliser
        sweep = StorageSweep(videos: services.catalog.videos, storage: services.storage, logger: services.logger)
        alerts = services.alerts
        logger = services.logger
    }

    /// To be run beside the APIs, after what they need.
    package var services: [any Service] {
        [
            RepeatedWork("publish videos", every: .seconds(5), orWhen: finaliser.bell, logger: logger) {
                try await finaliser.publishAll()
            },
            RepeatedWork("end lost leases", every: .seconds(5), logger: logger) { try await endLostLeases() },
            RepeatedWork("sweep the storage", every: .seconds(3600), logger: logger) { try await sweep.run() },
            RepeatedWork("end old sessions", every: .seconds(3600), logger: logger) {
                try await catalog.sessions.deleteExpired()
            },
        ]
    }

    /// What is done every hour, once and without a server.
    package static func tidy(_ catalog: Catalog, storageRoot: FilePath, logger: Logger) async throws {
        try await StorageSweep(videos: catalog.videos, storage: Storage(root: storageRoot), logger: logger).run()
        try await catalog.sessions.deleteExpired()
    }

    private func endLostLeases() async throws {
        let lost = try await catalog.jobs.expireLeases()
        for job in lost {
            ServerMetrics.leaseExpired()
            logger.warning("lease lost", metadata: ["job.id": "\(job)"])
        }
        await alerts.noteEnded(lost, lostLease: true)
    }
}
