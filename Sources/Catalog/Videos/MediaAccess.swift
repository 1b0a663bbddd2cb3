import Foundation
import Postgres
import VLogCore

/// What the guard of the media routes must know of a video to let a request through or refuse it.
package struct MediaAccess: PostgresRowDecodable, Sendable, Equatable {
    package let id: VideoID
    package let status: VideoStatus
    package let publishedAt: Date?
    package let deletedAt: Date?
    /// The generation that is published; 0 before the first.
    package let generation: Int
    /// The job that is writing files now, or whose files are being published.
    package let activeJob: JobID?

    package init(row: PostgresRow) throws(PostgresError) {
        id = try row.decode("id")
        status = try row.decode("status")
        publishedAt = try row.decode("published_at")
        deletedAt = try row.decode("deleted_at")
        generation = try row.decode("generation")
        activeJob = try row.decode("active_job")
    }
}

extension VideoQueries {
    /// Nil when no video, not even a deleted one, has the slug. Whoever keeps the answer drops it when
    /// `Announcement.video` names the video.
    package func mediaAccess(_ slug: Slug) async throws(PostgresError) -> MediaAccess? {
        try await pool.first(
            MediaAccess.self,
            """
            SELECT v.id, v.status, v.published_at, v.deleted_at, v.generation, (
                SELECT j.id FROM transcoding_jobs j
                WHERE j.video_id = v.id AND j.state IN ('running', 'finalising')
                ORDER BY j.generation DESC LIMIT 1
            ) AS active_job
            FROM videos v WHERE v.slug = \(slug)
            """
        )
    }
}
