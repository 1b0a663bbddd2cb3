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

extension PublicVideo {
    /// Writes a row of `columns` as the video that is read from it is encoded.
    static func write(_ row: inout PostgresRowReader, to json: inout JSONText) throws(PostgresError) {
        json.append(raw: #"{"id":"#)
        json.append(try row.integer("id"))
        json.append(raw: #","slug":"#)
        let slug = try row.utf8("slug")
        json.append(text: slug)
        json.append(raw: #","title":"#)
        json.append(text: try row.utf8("title"))
        json.append(raw: #","description":"#)
        json.append(text: try row.utf8("description"))
        try CategoryReference.write(&row, to: &json)
        json.append(raw: #","duration":"#)
        json.append(finite: try row.finiteDouble("duration"))
        json.append(raw: #","width":"#)
        json.append(try row.integer("width"))
        json.append(raw: #","height":"#)
        json.append(try row.integer("height"))
        json.append(raw: #","thumbnail_url":"/videos/"#)
        json.append(escaping: slug)
        json.append(raw: #"/thumbnail.jpg","stream_url":"/videos/"#)
        json.append(escaping: slug)
        json.append(raw: #"/master.m3u8","published_at":"#)
        json.append(try row.date("published_at"))
        json.append(raw: "}")
    }
}

extension CategoryReference {
    /// Writes `category_id`, `category_name` and `category_slug` of a left join as a member of an object; nothing without a category.
    fileprivate static func write(_ row: inout PostgresRowReader, to json: inout JSONText) throws(PostgresError) {
        if row.isAtNull { return row.skip(3) }
        json.append(raw: #","category":{"id":"#)
        json.append(try row.integer("category_id"))
        json.append(raw: #","name":"#)
        json.append(text: try row.utf8("category_name"))
        json.append(raw: #","slug":"#)
        json.append(text: try row.utf8("category_slug"))
        json.append(raw: "}")
    }

    /// Reads `category_id`, `category_name` and `category_slug` of a left join; nil without a category.
    init?(joined row: PostgresRow) throws(PostgresError) {
        guard let id = try row.decode("category_id", as: CategoryID?.self) else { return nil }
        self.init(id: id, name: try row.decode("category_name"), slug: try row.decode("category_slug"))
    }
}
