import Postgres
import VLogCore

extension JobQueries {
    /// Counts the queue and the fleet, in one statement that reads what is queued and under way, and nothing that has ended.
    /// Workers that can do the same are looked at as one, the one with the most room.
    package func census() async throws(PostgresError) -> FleetCensus {
        let rows = try await pool.query(
            """
            WITH online AS (
                SELECT count(*) AS count FROM workers worker WHERE \(raw: WorkerQueries.isOnline)
            ), able AS MATERIALIZED (
                SELECT jsonb_build_object(
                    'codecs', worker.capabilities -> 'codecs',
                    'free_bytes', max((worker.capabilities ->> 'free_bytes')::bigint)) AS capabilities
                FROM workers worker WHERE \(raw: WorkerQueries.isOnline) AND \(raw: WorkerQueries.takesJobs)
                GROUP BY worker.capabilities -> 'codecs'
            ), queue AS (
                SELECT j.priority, now() - greatest(j.created_at, j.not_before) AS waited, CASE
                    WHEN j.cluster_job IS NOT NULL THEN 'cluster'
                    WHEN (SELECT count FROM online) = 0 THEN 'no_runner'
                    WHEN NOT EXISTS (SELECT FROM able) THEN 'none_taking'
                    WHEN NOT EXISTS (SELECT FROM able worker WHERE \(WorkerQueries.isAble)) THEN 'none_able'
                    WHEN j.not_before > now() THEN 'retry_later'
                    ELSE 'in_queue' END AS reason
                FROM transcoding_jobs j JOIN videos v ON v.id = j.video_id
                WHERE j.state = 'queued' AND v.deleted_at IS NULL
            )
            SELECT 'queued' AS kind, priority, reason AS word, count(*) AS count,
                greatest(extract(epoch FROM max(waited)), 0)::double precision AS seconds
            FROM queue GROUP BY priority, reason
            UNION ALL SELECT 'job', NULL, 'running', count(*), NULL FROM transcoding_jobs WHERE state = 'running'
            UNION ALL SELECT 'job', NULL, 'finalising', count(*), NULL FROM transcoding_jobs WHERE state = 'finalising'
            UNION ALL SELECT 'worker', NULL, \(WorkerQueries.status), count(*), NULL FROM workers worker GROUP BY 3
            """
        )
        var census = FleetCensus()
        for row in rows { try census.take(row) }
        return census
    }
}

extension FleetCensus {
    fileprivate mutating func take(_ row: PostgresRow) throws(PostgresError) {
        let count = try row.decode("count", as: Int.self)
        switch try row.decode("kind", as: String.self) {
        case "queued":
            let priority = try row.decode("priority", as: JobPriority.self)
            guard let reason = WaitingReason(rawValue: try row.decode("word")) else { return }
            queued[Queue(priority, reason)] = count
            let waited = try row.decode("seconds", as: Double.self)
            longestWait[priority] = max(longestWait[priority] ?? 0, waited)
        case "job": jobs[try row.decode("word")] = count
        default:
            guard let status = WorkerStatus(rawValue: try row.decode("word")) else { return }
            workers[status] = count
        }
    }
}
