import Foundation
import Postgres
import VLogCore

/// How far a video is, decoded from `columns` of `tables`.
struct ProgressRow: PostgresRowDecodable, Sendable {
    let body: ProgressBody

    /// For a row of `videos` named `v`, joined with `tables`.
    static let columns: SQLQuery = """
        v.id AS video_id, v.status, j.id AS job_id, j.state AS job_state, j.stage, COALESCE(j.percent, 0) AS percent,
        COALESCE((
            SELECT jsonb_agg(
                jsonb_build_object('quality', p.quality, 'percent', p.percent, 'segments', p.segments)
                ORDER BY p.lines DESC
            ) FROM quality_progress p WHERE p.job_id = j.id AND j.state <> 'queued'
        ), '[]') AS qualities,
        COALESCE(j.attempt, 0) AS attempt,
        COALESCE(w.name, CASE WHEN j.state IN ('running', 'finalising') THEN j.cluster_pod END) AS worker,
        j.cluster_job, j.cluster_message, j.error_code, j.error, j.log_tail,
        CASE WHEN j.state = 'queued' AND j.not_before > now() THEN j.not_before END AS retry_at,
        fleet.online AS workers_online, fleet.running,
        CASE WHEN j.state = 'queued' THEN (
            SELECT count(*) FROM transcoding_jobs ahead
            WHERE ahead.state = 'queued' AND ahead.not_before <= now() AND ahead.cluster_job IS NULL
                AND (ahead.waits_from, ahead.id) < (j.waits_from, j.id)
        ) ELSE 0 END AS queued_before,
        j.priority, j.encoder, v.source_bytes AS wanted_bytes,
        LEAST(v.source_width, v.source_height) AS wanted_size, COALESCE(j.profile -> 'codecs', '["h264"]') AS wanted_codecs,
        CASE WHEN j.state = 'queued' THEN (
            SELECT jsonb_build_object(
                'taking', count(*) FILTER (WHERE \(raw: WorkerQueries.takesJobs)),
                'encoding', count(*) FILTER (WHERE \(raw: WorkerQueries.takesJobs) AND \(raw: WorkerQueries.encodes)),
                'mapping', count(*) FILTER (
                    WHERE \(raw: WorkerQueries.takesJobs) AND \(raw: WorkerQueries.encodes)
                        AND \(raw: WorkerQueries.mapsTones)),
                'sized', count(*) FILTER (
                    WHERE \(raw: WorkerQueries.takesJobs) AND \(raw: WorkerQueries.encodes)
                        AND \(raw: WorkerQueries.mapsTones) AND \(raw: WorkerQueries.takesSize)),
                'able', count(*) FILTER (WHERE \(raw: WorkerQueries.takesJobs) AND \(WorkerQueries.isAble)),
                'free', count(*) FILTER (
                    WHERE \(raw: WorkerQueries.takesJobs) AND \(WorkerQueries.isAble)
                        AND NOT \(raw: WorkerQueries.isBusy))
            ) FROM workers worker WHERE \(raw: WorkerQueries.isOnline)
        ) END AS fitness
        """

    /// The newest job, the worker that has it, and what all workers are doing.
    static let tables: SQLQuery = """
        LEFT JOIN LATERAL (
            SELECT newest.id, newest.state, newest.stage, newest.percent, newest.attempt, newest.worker_id,
                newest.not_before, newest.error_code, newest.error, newest.log_tail, newest.priority, newest.encoder,
                newest.waits_from, newest.profile, newest.cluster_job, newest.cluster_message, newest.cluster_pod
            FROM transcoding_jobs newest WHERE newest.video_id = v.id ORDER BY newest.generation DESC LIMIT 1
        ) j ON true
        LEFT JOIN workers w ON w.id = j.worker_id AND j.state IN ('running', 'finalising')
        CROSS JOIN (
            SELECT count(*) AS online,
                (SELECT count(*) FROM transcoding_jobs WHERE state = 'running') AS running
            FROM workers worker WHERE \(raw: WorkerQueries.isOnline)
        ) fleet
        """

    init(row: PostgresRow) throws(PostgresError) {
        let state = try row.decode("job_state", as: JobState?.self)
        let waiting = state == .queued ? Waiting(try Waiting.Situation(row: row)) : nil
        body = ProgressBody(
            videoID: try row.decode("video_id"),
            status: try row.decode("status"),
            jobID: try row.decode("job_id"),
            jobState: state,
            stage: try row.decode("stage"),
            percent: try row.decode("percent"),
            qualities: try row.decode("qualities", as: PostgresJSON<[QualityProgress]>.self).value,
            attempt: try row.decode("attempt"),
            worker: try row.decode("worker"),
            priority: try row.decode("priority", as: JobPriority?.self),
            encoder: try row.decode("encoder"),
            waitingReason: waiting?.reason,
            waiting: waiting?.sentence,
            retryAt: try row.decode("retry_at"),
            errorCode: try row.decode("error_code"),
            error: try row.decode("error"),
            logTail: try row.decode("log_tail")
        )
    }
}

extension Waiting.Situation {
    fileprivate init(row: PostgresRow) throws(PostgresError) {
        clusterJob = try row.decode("cluster_job")
        clusterMessage = try row.decode("cluster_message")
        retryAt = try row.decode("retry_at")
        workersOnline = try row.decode("workers_online")
        queuedBefore = try row.decode("queued_before")
        running = try row.decode("running")
        fitness = try row.decode("fitness", as: PostgresJSON<Waiting.Fitness>?.self)?.value ?? Waiting.Fitness()
        codecs = try row.decode("wanted_codecs", as: PostgresJSON<[String]>.self).value
        sourceBytes = try row.decode("wanted_bytes")
        sourceSize = try row.decode("wanted_size", as: Int?.self) ?? 0
    }
}
