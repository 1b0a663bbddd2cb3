import Foundation
import Postgres
import VLogCore

extension VideoQueries {
    /// Queues the video to be made anew from its source, as the profile says. What is published stays until the new
    /// generation is complete, and then makes way for it.
    package func retranscode(
        _ id: VideoID,
        profile: TranscodeProfile,
        priority: JobPriority,
        traceID: String? = nil
    ) async throws -> JobChange {
        var news: [Announcement] = []
        let change = try await pool.withTransaction { transaction -> JobChange in
            try await lockJobs(of: id, in: transaction)
            let newest = try await transaction.first(
                NewestGeneration.self,
                """
                SELECT v.deleted_at, j.generation, j.state FROM videos v JOIN transcoding_jobs j ON j.video_id = v.id
                WHERE v.id = \(id) ORDER BY j.generation DESC LIMIT 1
                """
            )
            guard let newest else { return .notFound }
            if let refusal = newest.refusal { return .conflict(refusal) }
            var profile = profile
            profile.generation = newest.generation + 1
            let queued = try await transaction.first(
                QueuedJob.self,
                """
                INSERT INTO transcoding_jobs (video_id, priority, profile, generation, waits_from, trace_id)
                VALUES (\(id), \(priority), \(PostgresJSON(profile)), \(profile.generation), now() - \(priority.headStart),
                    \(traceID))
                RETURNING id, priority
                """
            )
            try await transaction.execute(
                """
                UPDATE videos SET status = CASE status WHEN 'ready' THEN 'ready' ELSE 'pending' END, updated_at = now()
                WHERE id = \(id)
                """
            )
            news = [.video(id)] + (queued.map { [$0.announcement] } ?? [])
            return .done
        }
        if change == .done { announcements.post(news) }
        return change
    }

    /// The generation of the video that is published, once it has been so for `time`; nil before, and without one.
    package func settledGeneration(_ slug: Slug, for time: Duration) async throws(PostgresError) -> Int? {
        let row = try await pool.query(
            """
            SELECT generation FROM videos
            WHERE slug = \(slug) AND status = 'ready' AND generation > 1 AND ready_at <= now() - \(time)
            """
        ).first
        return try row?.decode("generation")
    }
}

private struct NewestGeneration: PostgresRowDecodable {
    let deletedAt: Date?
    let generation: Int
    let state: JobState

    init(row: PostgresRow) throws(PostgresError) {
        deletedAt = try row.decode("deleted_at")
        generation = try row.decode("generation")
        state = try row.decode("state")
    }

    var refusal: String? {
        if deletedAt != nil { return "The video is deleted. Restore it first." }
        switch state {
        case .queued: return "The video is in the queue already. Cancel that first."
        case .running, .finalising: return "The video is being transcoded at this moment. Cancel that first."
        case .completed, .failed, .cancelled: return nil
        }
    }
}
