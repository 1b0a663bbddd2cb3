import Postgres
import VLogCore

/// A video as an administrator sees it, decoded from `columns` of `tables`.
struct AdminVideoRow: PostgresRowDecodable, Sendable {
    let video: AdminVideo

    /// The rungs of the row of `videos` named `v`, best first, as JSON of `[RenditionBody]` in one column.
    static let renditions: StaticString = """
        COALESCE((
            SELECT jsonb_agg(jsonb_build_object(
                'quality', q.quality, 'width', q.width, 'height', q.height, 'frame_rate', q.frame_rate,
                'bandwidth', q.bandwidth, 'average_bandwidth', q.average_bandwidth, 'codecs', q.codecs
            ) ORDER BY q.width * q.height DESC, q.bandwidth DESC)
            FROM video_qualities q WHERE q.video_id = v.id
        ), '[]') AS renditions
        """

    /// The select list, for rows of `tables`.
    static let columns: SQLQuery = """
        \(raw: ownColumns), \(raw: renditions), \(ProgressRow.columns)
        """

    static let tables: SQLQuery = """
        videos v LEFT JOIN categories c ON c.id = v.category_id \(ProgressRow.tables)
        """

    /// What a running job has uploaded so far makes the picture and the stream visible before the video is ready.
    private static let ownColumns: StaticString = """
        v.slug, v.title, v.description, v.category_id, c.name AS category_name, c.slug AS category_slug,
        v.source_filename, v.source_bytes, v.source_width, v.source_height, v.source_duration,
        v.source_video_codec, v.source_audio_codec, v.duration, v.published_at, v.created_at, v.updated_at,
        v.deleted_at,
        v.has_thumbnail OR EXISTS (
            SELECT FROM job_files f WHERE f.job_id = j.id AND f.path = 'thumbnail.jpg') AS has_thumbnail,
        v.generation > 0 OR EXISTS (
            SELECT FROM job_files f WHERE f.job_id = j.id AND f.path = 'master.m3u8') AS has_stream
        """

    init(row: PostgresRow) throws(PostgresError) {
        let slug = try row.decode("slug", as: Slug.self)
        let progress = try ProgressRow(row: row).body
        video = AdminVideo(
            id: progress.videoID,
            slug: slug,
            title: try row.decode("title"),
            description: try row.decode("description"),
            category: try CategoryReference(joined: row),
            status: progress.status,
            source: try SourceBody(row: row),
            duration: try row.decode("duration"),
            thumbnailURL: try row.decode("has_thumbnail", as: Bool.self) ? VideoURLs.thumbnail(slug) : nil,
            streamURL: try row.decode("has_stream", as: Bool.self) ? VideoURLs.hls(slug) : nil,
            progress: progress,
            renditions: try row.decode("renditions", as: PostgresJSON<[RenditionBody]>.self).value,
            publishedAt: try row.decode("published_at"),
            createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at"),
            deletedAt: try row.decode("deleted_at")
        )
    }
}

extension SourceBody: PostgresRowDecodable {
    package init(row: PostgresRow) throws(PostgresError) {
        self.init(
            filename: try row.decode("source_filename"),
            bytes: try row.decode("source_bytes"),
            width: try row.decode("source_width"),
            height: try row.decode("source_height"),
            duration: try row.decode("source_duration"),
            videoCodec: try row.decode("source_video_codec"),
            audioCodec: try row.decode("source_audio_codec")
        )
    }
}
