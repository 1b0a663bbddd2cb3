import Foundation
import Postgres
import VLogCore

/// A job that a worker has just got, with what it needs to begin.
package struct ClaimedRow: PostgresRowDecodable, Sendable {
    package let jobID: JobID
    package let videoID: VideoID
    /// From 1.
    package let attempt: Int
    package let leaseUntil: Date
    package let sourceETag: String
    package let sourceBytes: Int64
    package let profile: TranscodeProfile
    /// Of the request that made the job.
    package let traceID: String?

    package init(row: PostgresRow) throws(PostgresError) {
        jobID = try row.decode("id")
        videoID = try row.decode("video_id")
        attempt = try row.decode("attempt")
        leaseUntil = try row.decode("lease_until")
        sourceETag = try row.decode("source_etag")
        sourceBytes = try row.decode("source_bytes")
        profile = try row.decode("profile", as: PostgresJSON<TranscodeProfile>.self).value
        traceID = try row.decode("trace_id")
    }
}
