import Postgres
import VLogCore

extension VideoQueries {
    /// Makes the video, its slug and its first job, and has `place` put the file under the id, all or nothing: when
    /// `place` throws, its error comes out and there is no video. `place` may be called again, with another id, when
    /// the database asks for the transaction to be repeated. Throws `CatalogError.conflict` without its category.
    package func create(_ new: NewVideo, place: (VideoID) async throws -> Void) async throws -> VideoID {
        var placed: VideoID?
        var news: [Announcement] = []
        do {
            let id = try await namingMissingCategory(new.categoryID) {
                try await pool.withTransaction { transaction in
                    let id = try await insert(new, in: transaction)
                    let job = try await insertJob(for: id, new, in: transaction)
                    try await place(id)
                    placed = id
                    news = [.video(id)] + (job.map { [$0.announcement] } ?? [])
                    return id
                }
            }
            announcements.post(news)
            return id
        } catch let error as PostgresError where error.code == .connectionLost {
            // Lost during COMMIT: whether there is a video now, and its file must stay, only the database knows.
            guard let placed, try await orphans(among: [placed]).isEmpty else { throw error }
            announcements.post(news)
            return placed
        }
    }

    /// The video whose source has the tag, deleted or not; nil when there is none, so that nothing came of its upload.
    package func find(sourceETag tag: String) async throws(PostgresError) -> VideoID? {
        try await pool.query("SELECT id FROM videos WHERE source_etag = \(tag) LIMIT 1").first?.decode("id")
    }

    private func insertJob(
        for video: VideoID,
        _ new: NewVideo,
        in transaction: PostgresTransaction
    ) async throws(PostgresError) -> QueuedJob? {
        try await transaction.first(
            QueuedJob.self,
            """
            INSERT INTO transcoding_jobs (video_id, priority, profile, generation, waits_from, trace_id)
            VALUES (\(video), \(new.priority), \(PostgresJSON(new.profile)), \(new.profile.generation),
                now() - \(new.priority.headStart), \(new.traceID))
            RETURNING id, priority
            """
        )
    }

    private func insert(_ new: NewVideo, in transaction: PostgresTransaction) async throws -> VideoID {
        // Each round loses only to a video that took the slug meanwhile under a different title ("Clip 2").
        for _ in 0..<20 {
            let slug = try await FreeSlug.choose(Slug(title: new.title), for: .video, in: transaction)
            if let row = try await transaction.query(insertion(of: new, slug: slug)).first {
                return try row.decode("id")
            }
        }
        throw CatalogError(.conflict, "Many videos of this title arrive at this moment; try again.")
    }

    private func insertion(of new: NewVideo, slug: Slug) -> SQLQuery {
        let source = new.source
        return """
            INSERT INTO videos (
                slug, title, description, category_id, published_at,
                source_filename, source_extension, source_bytes, source_etag,
                source_width, source_height, source_duration, source_video_codec, source_audio_codec,
                source_hdr
            ) VALUES (
                \(slug), \(new.title), \(new.description), \(new.categoryID),
                CASE WHEN \(new.published)::boolean THEN now() END,
                \(source.filename), \(new.sourceExtension), \(source.bytes), \(new.sourceETag),
                \(source.width), \(source.height), \(source.duration), \(source.videoCodec), \(source.audioCodec),
                \(new.sourceIsHDR)
            )
            ON CONFLICT (slug) DO NOTHING
            RETURNING id
            """
    }
}
