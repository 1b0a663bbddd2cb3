import Postgres
import VLogCore

struct PublicDetailRow: PostgresRowDecodable, Sendable {
    let detail: PublicVideoDetail

    init(row: PostgresRow) throws(PostgresError) {
        let video = try PublicVideo(row: row)
        let renditions = try row.decode("renditions", as: PostgresJSON<[RenditionBody]>.self)
        let previews = try row.decode("previews_path", as: String?.self)
        detail = PublicVideoDetail(
            video: video,
            dashURL: try row.decode("has_dash") ? VideoURLs.dash(video.slug) : nil,
            spritesURL: previews.map { VideoURLs.file(video.slug, $0) },
            renditions: renditions.value
        )
    }
}

extension PublicVideo: PostgresRowDecodable {
    /// For a row of `videos` named `v`, left-joined with its row of `categories` named `c`.
    static let columns: StaticString = """
        v.id, v.slug, v.title, v.description, v.category_id, c.name AS category_name, c.slug AS category_slug,
        COALESCE(v.duration, 0) AS duration, COALESCE(v.width, 0) AS width, COALESCE(v.height, 0) AS height,
        v.published_at
        """

    package init(row: PostgresRow) throws(PostgresError) {
        let slug = try row.decode("slug", as: Slug.self)
        self.init(
            id: try row.decode("id"),
            slug: slug,
            title: try row.decode("title"),
            description: try row.decode("description"),
            category: try CategoryReference(joined: row),
            duration: try row.decode("duration"),
            width: try row.decode("width"),
            height: try row.decode("height"),
            thumbnailURL: VideoURLs.thumbnail(slug),
            streamURL: VideoURLs.hls(slug),
            publishedAt: try row.decode("published_at")
        )
    }
}

extension CategoryReference {
    /// Reads `category_id`, `category_name` and `category_slug` of a left join; nil without a category.
    init?(joined row: PostgresRow) throws(PostgresError) {
        guard let id = try row.decode("category_id", as: CategoryID?.self) else { return nil }
        self.init(id: id, name: try row.decode("category_name"), slug: try row.decode("category_slug"))
    }
}
