import Catalog
import Foundation
import VLogCore

/// Hands jobs to workers, and waits for one to come up when there is none.
struct JobClaims: Sendable {
    /// Seconds that a claim may wait.
    static let longestWait = 30
    /// The queue is looked at this often even when nothing was told: a notification can be lost with its connection.
    private static let pollInterval = Duration.seconds(5)

    let jobs: JobQueries
    let bell: Doorbell
    let leases: LeaseTerms

    /// The first claimable job; nil when none came up for so long, or the task was cancelled.
    func claim(for worker: WorkerID, wait: Duration) async throws -> ClaimedJob? {
        let end = ContinuousClock.now + wait
        while true {
            let count = bell.count
            let token = Secret.token()
            let row = try await jobs.claim(worker: worker, tokenHash: Secret.hash(token), lease: leases.length)
            if let row { return ClaimedJob(row, token: token, leases: leases) }
            guard ContinuousClock.now < end, !Task.isCancelled else { return nil }
            await bell.wait(since: count, until: min(end, try await nextLook()))
            if Task.isCancelled { return nil }
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
            profile: row.profile
        )
    }
}
