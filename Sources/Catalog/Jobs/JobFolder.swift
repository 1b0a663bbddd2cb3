import Postgres
import VLogCore

/// Where a runner's job reads and writes.
package struct JobFolder: PostgresRowDecodable, Sendable, Equatable {
    package let videoID: VideoID
    package let slug: Slug
    package let generation: Int
    package let sourceETag: String
    package let sourceExtension: String
    package let sourceBytes: Int64

    package init(row: PostgresRow) throws(PostgresError) {
        videoID = try row.decode("video_id")
        slug = try row.decode("slug")
        generation = try row.decode("generation")
        sourceETag = try row.decode("source_etag")
        sourceExtension = try row.decode("source_extension")
        sourceBytes = try row.decode("source_bytes")
    }
}
