import Postgres
import VLogCore

/// What to say about a job to somebody who has not seen it.
package struct JobAccount: Sendable, PostgresRowDecodable {
    package let jobID: JobID
    package let videoID: VideoID
    package let title: String
    package let state: JobState
    package let attempt: Int
    package let errorCode: FailureCode?
    package let error: String?
    /// The name of the worker that had it last.
    package let worker: String?

    package init(row: PostgresRow) throws(PostgresError) {
        jobID = try row.decode("id")
        videoID = try row.decode("video_id")
        title = try row.decode("title")
        state = try row.decode("state")
        attempt = try row.decode("attempt")
        errorCode = try row.decode("error_code")
        error = try row.decode("error")
        worker = try row.decode("worker")
    }
}

extension JobQueries {
    /// In the order of their ids; unknown ids have no entry.
    package func accounts(of jobs: [JobID]) async throws(PostgresError) -> [JobAccount] {
        try await pool.all(
            JobAccount.self,
            """
            SELECT j.id, j.video_id, v.title, j.state, j.attempt, j.error_code, j.error, COALESCE(w.name, j.cluster_pod) AS worker
            FROM transcoding_jobs j JOIN videos v ON v.id = j.video_id LEFT JOIN workers w ON w.id = j.worker_id
            WHERE j.id = ANY(\(jobs.map(\.rawValue))) ORDER BY j.id
            """
        )
    }
}
