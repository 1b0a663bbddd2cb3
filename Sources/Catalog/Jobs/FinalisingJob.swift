import Postgres
import VLogCore

/// A job whose runner is done, and whose files the server has yet to publish.
package struct FinalisingJob: PostgresRowDecodable, Sendable {
    package let jobID: JobID
    package let videoID: VideoID
    package let slug: Slug
    package let generation: Int
    package let result: CompleteRequest

    package init(row: PostgresRow) throws(PostgresError) {
        jobID = try row.decode("id")
        videoID = try row.decode("video_id")
        slug = try row.decode("slug")
        generation = try row.decode("generation")
        result = try row.decode("result", as: PostgresJSON<CompleteRequest>.self).value
    }
}
