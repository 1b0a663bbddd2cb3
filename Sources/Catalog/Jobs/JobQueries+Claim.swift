import Postgres
import VLogCore

extension JobQueries {
    /// Gives the worker the first job that it is able to do, by age and priority; nil when there is none, and while the
    /// worker drains or is in quarantine. A job that it failed at is kept for another one that is there and able, but
    /// not for longer than ten minutes. What the attempt before reported is forgotten, not the files it uploaded.
    package func claim(
        worker: WorkerID,
        tokenHash: [UInt8],
        lease: Duration
    ) async throws(PostgresError) -> ClaimedRow? {
        let row = try await pool.first(
            ClaimedRow.self,
            """
            WITH next AS (
                SELECT j.id
                FROM transcoding_jobs j JOIN videos v ON v.id = j.video_id JOIN workers worker ON worker.id = \(worker)
                WHERE j.state = 'queued' AND j.not_before <= now() AND j.cluster_job IS NULL AND v.deleted_at IS NULL
                    AND \(raw: WorkerQueries.takesJobs) AND \(WorkerQueries.isAble)
                    AND (j.failed_by IS DISTINCT FROM \(worker) OR j.not_before <= now() - interval '10 minutes'
                        OR NOT EXISTS (
                            SELECT FROM workers worker
                            WHERE worker.id <> \(worker) AND \(raw: WorkerQueries.isOnline)
                                AND \(raw: WorkerQueries.takesJobs) AND \(WorkerQueries.isAble)))
                ORDER BY j.waits_from, j.id LIMIT 1 FOR UPDATE OF j SKIP LOCKED
            ), claimed AS (
                UPDATE transcoding_jobs j SET
                    worker_id = \(worker), \(Self.newAttempt(tokenHash, lease))
                FROM next WHERE j.id = next.id
                RETURNING \(raw: Self.grantedColumns)
            ), \(raw: Self.granted)
            """
        )
        if let row { announcements.post(.video(row.videoID)) }
        return row
    }

    /// Assignments to a row of `transcoding_jobs` named `j`, by which it is a new attempt's.
    static func newAttempt(_ tokenHash: [UInt8], _ lease: Duration) -> SQLQuery {
        """
        state = 'running', attempt = j.attempt + 1,
        lease_token_hash = \(tokenHash), lease_until = now() + \(lease), cancel_requested = false,
        stage = NULL, percent = 0, error_code = NULL, error = NULL, log_tail = NULL, started_at = now()
        """
    }

    /// What `granted` needs of the row that was given away.
    static let grantedColumns: StaticString = "j.id, j.video_id, j.attempt, j.lease_until, j.profile, j.trace_id"

    /// The end of a statement whose row set `claimed` is the job that was given away: its video follows, what the attempt before
    /// reported is forgotten, and a `ClaimedRow` comes out.
    static let granted: StaticString = """
        forgotten AS (
            DELETE FROM quality_progress p USING claimed WHERE p.job_id = claimed.id
        ), video AS (
            UPDATE videos v SET
                status = CASE v.status WHEN 'ready' THEN 'ready' ELSE 'processing' END, updated_at = now()
            FROM claimed WHERE v.id = claimed.video_id
            RETURNING v.id, v.source_etag, v.source_bytes
        )
        SELECT claimed.id, claimed.video_id, claimed.attempt, claimed.lease_until, claimed.profile, claimed.trace_id,
            video.source_etag, video.source_bytes
        FROM claimed JOIN video ON video.id = claimed.video_id
        """
}
