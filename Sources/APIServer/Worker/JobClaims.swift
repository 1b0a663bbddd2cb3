import Catalog
import Foundation
import VLogCore

/// Hands jobs to workers, and waits for one to come up when there is none.
struct JobClaims: Sendable {
    /// Seconds that a claim may wait.
    static let longestWait = 30
    /// The queue is looked at this often even when nothing was told: a notification can be lost with its connection.
    private static let pollInterval = Duration.seconds(5)

    private let jobs: JobQueries
    private let workers: WorkerQueries
    private let waiting: WaitingClaims
    private let leases: LeaseTerms

    init(_ services: ServerServices, leases: LeaseTerms) {
        jobs = services.catalog.jobs
        workers = services.catalog.workers
        waiting = services.claims
        self.leases = leases
    }

    /// The first job that the worker may have; nil when none came up for so long, the worker is drained meanwhile, or
    /// the task was cancelled.
    func claim(for worker: WorkerID, wait: Duration) async throws -> ClaimedJob? {
        let place = waiting.enter()
        do {
            let job = try await claim(for: worker, until: .now + wait, at: place)
            place.leave(with: job?.jobID)
            return job
        } catch {
            place.leave(with: nil)
            throw error
        }
    }

    /// The job that the pod was made for; nil when its result is there already. Throws 410 when it was cancelled or has failed.
    func claim(for pod: PodIdentity) async throws -> ClaimedJob? {
        let token = Secret.token()
        let claim = try await jobs.claim(
            pod.job,
            of: pod.clusterJob,
            pod: pod.pod,
            tokenHash: Secret.hash(token),
            lease: leases.length
        )
        switch claim {
        case .claimed(let row): return ClaimedJob(row, token: token, leases: leases)
        case .done: return nil
        case .gone: throw CatalogError(.jobGone, "The job of this pod was cancelled, has failed, or has another pod.")
        }
    }

    private func claim(
        for worker: WorkerID,
        until end: ContinuousClock.Instant,
        at place: WaitingClaims.Place
    ) async throws -> ClaimedJob? {
        var hasWaited = false
        while true {
            let token = Secret.token()
            let row = try await jobs.claim(worker: worker, tokenHash: Secret.hash(token), lease: leases.length)
            if let row { return ClaimedJob(row, token: token, leases: leases) }
            guard ContinuousClock.now < end, !Task.isCancelled else { return nil }
            if hasWaited, try await workers.isDraining(worker) { return nil }
            // Nobody else needs to look for a job that somebody has got meanwhile.
            if let job = place.wokenFor, try await jobs.claimable(among: [job]).isEmpty { waiting.settle(job) }
            await place.wait(until: min(end, try await nextLook()))
            if Task.isCancelled { return nil }
            hasWaited = true
        }
    }

    /// When a job comes due whose last attempt failed, or the next poll.
    private func nextLook() async throws -> ContinuousClock.Instant {
        let poll = ContinuousClock.now + Self.pollInterval
        guard let due = try await jobs.nextWakeUp() else { return poll }
        return min(poll, .now + .seconds(max(0.01, due.timeIntervalSinceNow)))
    }
}

extension ClaimedJob {
    init(_ row: ClaimedRow, token: String, leases: LeaseTerms) {
        self.init(
            jobID: row.jobID,
            videoID: row.videoID,
            attempt: row.attempt,
            leaseToken: token,
            lease: leases.body(until: row.leaseUntil, cancel: false),
            sourceETag: EntityTag(opaque: row.sourceETag).description,
            sourceBytes: row.sourceBytes,
            profile: row.profile,
            traceID: row.traceID
        )
    }
}
