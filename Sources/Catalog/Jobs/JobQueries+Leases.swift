import Postgres
import VLogCore

/// Leases that end without their runner's doing.
extension JobQueries {
    /// Queues the jobs again whose runner was not heard of until the end of its lease; returns them.
    @discardableResult
    package func expireLeases() async throws(PostgresError) -> [JobID] {
        try await endLeases("state = 'running' AND lease_until < now()")
    }

    /// Queues the jobs again that the worker has, because it has just been started and knows nothing of them.
    @discardableResult
    package func releaseAll(worker: WorkerID) async throws(PostgresError) -> [JobID] {
        try await endLeases("state = 'running' AND worker_id = \(worker)")
    }

    private func endLeases(_ condition: SQLQuery) async throws(PostgresError) -> [JobID] {
        let message = """
            Every runner that took this video was lost before it was done (\(Self.mostLosses) times). Look into the \
            runners' logs and memory, then retry.
            """
        let rows = try await pool.query(
            """
            WITH lost AS (
                SELECT id, losses + 1 AS losses, losses + 1 < \(Self.mostLosses) OR cluster_job IS NOT NULL AS again
                FROM transcoding_jobs WHERE \(condition) ORDER BY id FOR UPDATE SKIP LOCKED
            ), ended AS (
                UPDATE transcoding_jobs j SET
                    state = CASE WHEN lost.again THEN 'queued' ELSE 'failed' END, losses = lost.losses,
                    not_before = now(), finished_at = CASE WHEN lost.again THEN NULL ELSE now() END,
                    lease_token_hash = NULL, lease_until = NULL, stage = NULL,
                    percent = CASE WHEN lost.again THEN 0 ELSE j.percent END,
                    error_code = CASE WHEN lost.again THEN NULL ELSE 'lost' END,
                    error = CASE WHEN lost.again THEN NULL ELSE \(message) END
                FROM lost WHERE j.id = lost.id
                RETURNING j.id, j.state, j.video_id, j.priority
            ), video AS (\(Self.videoFollows("ended")))
            SELECT ended.id, ended.state, ended.video_id, ended.priority
            FROM ended JOIN video ON video.id = ended.video_id
            """
        )
        let ended = try rows.map { row throws(PostgresError) in try EndedAttempt(row: row) }
        announcements.post(ended.flatMap(\.announcements))
        return ended.map(\.job)
    }
}
