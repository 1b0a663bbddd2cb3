import Postgres
import VLogCore

/// What the server does with a finished job by itself.
extension JobQueries {
    /// The jobs that wait to be published, oldest first, at most 100.
    package func finalising() async throws(PostgresError) -> [FinalisingJob] {
        try await pool.all(
            FinalisingJob.self,
            """
            SELECT j.id, j.video_id, v.slug, j.generation, j.result
            FROM transcoding_jobs j JOIN videos v ON v.id = j.video_id
            WHERE j.state = 'finalising' ORDER BY j.id LIMIT 100
            """
        )
    }

    /// Makes the job's result the video that people see. False when it is not finalising (any more): published
    /// already, or cancelled.
    @discardableResult
    package func publish(_ job: JobID) async throws -> Bool {
        let video = try await pool.withTransaction { transaction -> VideoID? in
            let published = try await transaction.execute(
                """
                UPDATE transcoding_jobs SET state = 'completed', percent = 100, finished_at = now()
                WHERE id = \(job) AND state = 'finalising'
                """
            )
            guard published > 0 else { return nil }
            let row = try await transaction.query(
                """
                UPDATE videos v SET status = 'ready', generation = j.generation, ready_at = now(), updated_at = now(),
                    duration = (j.result ->> 'duration')::double precision,
                    width = (j.result #>> '{renditions,0,width}')::integer,
                    height = (j.result #>> '{renditions,0,height}')::integer,
                    has_thumbnail = j.result -> 'files' @> '[{"path": "thumbnail.jpg"}]',
                    has_dash = j.result -> 'files' @> '[{"path": "manifest.mpd"}]',
                    previews_path = (
                        SELECT f ->> 'path' FROM jsonb_array_elements(j.result -> 'files') f
                        WHERE f ->> 'path' ~ '^sprites(-g[0-9]+)?/thumbnails[.]vtt$' LIMIT 1
                    )
                FROM transcoding_jobs j WHERE j.id = \(job) AND v.id = j.video_id
                RETURNING v.id
                """
            ).first
            try await replaceRenditions(of: job, in: transaction)
            return try row?.decode("id")
        }
        guard let video else { return false }
        announcements.post(.video(video))
        return true
    }

    private func replaceRenditions(of job: JobID, in transaction: PostgresTransaction) async throws(PostgresError) {
        try await transaction.execute(
            """
            DELETE FROM video_qualities q USING transcoding_jobs j WHERE j.id = \(job) AND q.video_id = j.video_id
            """
        )
        try await transaction.execute(
            """
            INSERT INTO video_qualities
                (video_id, quality, width, height, frame_rate, bandwidth, average_bandwidth, codecs)
            SELECT j.video_id, r.quality, r.width, r.height, r.frame_rate, r.bandwidth, r.average_bandwidth, r.codecs
            FROM transcoding_jobs j, jsonb_to_recordset(j.result -> 'renditions') AS r (
                quality text, width integer, height integer, frame_rate double precision,
                bandwidth integer, average_bandwidth integer, codecs text
            )
            WHERE j.id = \(job)
            """
        )
    }

    /// Gives up publishing: the job and its video fail with the message. Does nothing unless the job is finalising.
    package func finaliseFailed(_ job: JobID, message: String) async throws(PostgresError) {
        let video = try await pool.query(
            """
            WITH ended AS (
                UPDATE transcoding_jobs SET
                    state = 'failed', finished_at = now(), lease_token_hash = NULL,
                    error_code = 'internal', error = \(message.asStoredText(2000))
                WHERE id = \(job) AND state = 'finalising'
                RETURNING state, video_id
            ), video AS (\(Self.videoFollows("ended")))
            SELECT id FROM video
            """
        ).first
        if let video { announcements.post(.video(try video.decode("id"))) }
    }
}
