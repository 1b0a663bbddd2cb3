import Catalog
import Logging
import VLogCore

/// Publishes what runners have completed: puts the manifests in their place, then tells the database. Each step may be
/// done again, so a server that was killed in the middle goes on where it was.
package final class Finaliser: Sendable {
    private let jobs: JobQueries
    private let storage: Storage
    private let alerts: AlertService
    private let logger: Logger
    let bell = Doorbell()

    package init(jobs: JobQueries, storage: Storage, alerts: AlertService, logger: Logger) {
        self.jobs = jobs
        self.storage = storage
        self.alerts = alerts
        self.logger = logger
    }

    /// Something has been completed.
    func wake() { bell.ring() }

    /// Publishes whatever is complete. One that cannot be published now, as on a full disk, does not hold up the others.
    func publishAll() async throws {
        for job in try await jobs.finalising() {
            do {
                try await publish(job)
            } catch let error as StorageError where error.code == .notFound {
                try await giveUp(job, because: error)
            } catch {
                if Task.isCancelled { throw error }
                logger.warning(
                    "video cannot be published yet",
                    metadata: ["job.id": "\(job.jobID)", "video.id": "\(job.videoID)", "error": "\(error)"]
                )
            }
        }
    }

    private func publish(_ job: FinalisingJob) async throws {
        let layout = OutputLayout(storage, slug: job.slug, generation: job.generation, job: job.jobID)
        // The master playlist comes last: players begin with it.
        let staged = job.result.files.filter { layout.isStaged($0.path) }.sorted { $0.path.order < $1.path.order }
        for file in staged {
            try await storage.run { _ in try StagedFile(file, in: layout).putInPlace() }
        }
        guard try await jobs.publish(job.jobID) else { return }
        ServerMetrics.ended(.completed)
        logger.info("video published", metadata: ["job.id": "\(job.jobID)", "video.id": "\(job.videoID)"])
        try await storage.run { _ in try Disk.removeTree(layout.staging) }
    }

    private func giveUp(_ job: FinalisingJob, because error: StorageError) async throws {
        logger.error("video cannot be published", metadata: ["job.id": "\(job.jobID)", "error": "\(error)"])
        let message = "Finished files of this video are no longer in the storage. Retry makes them again."
        try await jobs.finaliseFailed(job.jobID, message: message)
        await alerts.noteEnded([job.jobID])
    }
}

extension OutputPath {
    fileprivate var order: Int {
        switch kind {
        case .hlsPlaylist: 2
        case .dashManifest: 1
        default: 0
        }
    }
}
