import Foundation
import Postgres
import VLogCore

/// Transcoding jobs: their queue, their leases, their ends.
///
/// Every call of a runner carries the SHA-256 of its attempt's secret, and is refused unless that attempt has the job
/// and its lease has not ended: with `CatalogError.jobGone` when the job is cancelled or its video deleted, otherwise
/// with `.leaseLost`. A runner stops on either and sends nothing more.
package struct JobQueries: Sendable {
    /// Attempts that may fail through their own fault before the job fails.
    package static let mostFailures = 3
    /// Runners that may be lost with the job before it fails; it may be the job that kills them.
    package static let mostLosses = 20

    let pool: PostgresPool
    let announcements: Announcements

    /// The condition under which a runner may act on a row of `transcoding_jobs`.
    static func fence(_ job: JobID, _ tokenHash: [UInt8]) -> SQLQuery {
        "id = \(job) AND lease_token_hash = \(tokenHash) AND state = 'running' AND lease_until > now()"
    }

    /// Why the fence refused a call.
    func refusal(_ job: JobID) async throws(PostgresError) -> CatalogError {
        let row = try await pool.query("SELECT state FROM transcoding_jobs WHERE id = \(job)").first
        guard let row, try row.decode("state", as: JobState.self) != .cancelled else {
            return CatalogError(.jobGone, "Job \(job) was cancelled, or its video deleted.")
        }
        return CatalogError(.leaseLost, "The lease of job \(job) has ended, or another attempt has the job.")
    }

    /// Which of these jobs wait to be claimed, though perhaps not by everybody.
    package func claimable(among jobs: [JobID]) async throws(PostgresError) -> Set<JobID> {
        let rows = try await pool.query(
            """
            SELECT j.id FROM transcoding_jobs j JOIN videos v ON v.id = j.video_id
            WHERE j.id = ANY(\(jobs.map(\.rawValue))) AND j.state = 'queued' AND j.not_before <= now()
                AND j.cluster_job IS NULL AND v.deleted_at IS NULL
            """
        )
        return Set(try rows.map { row throws(PostgresError) in try row.decode("id") })
    }

    /// The earliest time at which a job that waits for its next attempt may be claimed; nil when none waits.
    package func nextWakeUp() async throws(PostgresError) -> Date? {
        let row = try await pool.query(
            """
            SELECT min(not_before) AS wake_up FROM transcoding_jobs
            WHERE state = 'queued' AND not_before > now() AND cluster_job IS NULL
            """
        ).first
        return try row?.decode("wake_up", as: Date?.self) ?? nil
    }
}
