import Postgres
import VLogCore

/// Videos: what is uploaded, edited, deleted and listed.
package struct VideoQueries: Sendable {
    let pool: PostgresPool
    let announcements: Announcements

    /// What deletion and restoring tell the one who moves the files.
    package struct SlugAndState: PostgresRowDecodable, Sendable, Equatable {
        package let slug: Slug
        package let status: VideoStatus

        package init(row: PostgresRow) throws(PostgresError) {
            slug = try row.decode("slug")
            status = try row.decode("status")
        }
    }

    /// Changes what the edit names; false when there is no such video, or it is deleted.
    /// Throws `CatalogError.conflict` when the category does not exist.
    package func edit(_ id: VideoID, _ edit: VideoEdit) async throws -> Bool {
        let (keepsCategory, category): (Bool, CategoryID?) =
            switch edit.categoryID {
            case .keep: (true, nil)
            case .clear: (false, nil)
            case .set(let category): (false, category)
            }
        // LEAST ignores nulls: a draft and a video scheduled for later are published now, a published one keeps its time.
        let query: SQLQuery = """
            UPDATE videos SET
                title = COALESCE(\(edit.title)::text, title),
                description = COALESCE(\(edit.description)::text, description),
                category_id = CASE WHEN \(keepsCategory)::boolean THEN category_id ELSE \(category)::bigint END,
                published_at = CASE \(edit.published)::boolean
                    WHEN true THEN LEAST(published_at, now()) WHEN false THEN NULL ELSE published_at END,
                updated_at = now()
            WHERE id = \(id) AND deleted_at IS NULL
            """
        let isThere = try await namingMissingCategory(category) { () async throws(PostgresError) in
            try await pool.execute(query) > 0
        }
        if isThere { announcements.post(.video(id)) }
        return isThere
    }

    /// Hides the video everywhere and cancels its job, whatever that is doing: a runner's next call is refused.
    /// Nil when there is no such video, or it is deleted already.
    package func softDelete(_ id: VideoID) async throws -> SlugAndState? {
        let deleted = try await pool.withTransaction { transaction in
            try await lockJobs(of: id, in: transaction)
            try await transaction.execute(
                """
                UPDATE transcoding_jobs SET
                    state = 'cancelled', lease_token_hash = NULL, lease_until = NULL, finished_at = now(), stage = NULL
                WHERE video_id = \(id) AND state IN ('queued', 'running', 'finalising')
                    AND EXISTS (SELECT FROM videos WHERE id = \(id) AND deleted_at IS NULL)
                """
            )
            return try await transaction.first(
                SlugAndState.self,
                """
                UPDATE videos SET deleted_at = now(), updated_at = now() WHERE id = \(id) AND deleted_at IS NULL
                RETURNING slug, status
                """
            )
        }
        if deleted != nil { announcements.post(.video(id)) }
        return deleted
    }

    /// Takes the deletion back; a job that it had cancelled is queued again. Nil when there is no such deleted video.
    package func restore(_ id: VideoID) async throws -> SlugAndState? {
        let (restored, news) = try await pool.withTransaction { transaction in
            try await lockJobs(of: id, in: transaction)
            let queued = try await transaction.all(
                QueuedJob.self,
                """
                UPDATE transcoding_jobs SET
                    state = 'queued', not_before = now(), finished_at = NULL, percent = 0, worker_id = NULL,
                    error_code = NULL, error = NULL, \(raw: Self.noCluster)
                WHERE video_id = \(id) AND state = 'cancelled'
                    AND generation = (SELECT max(generation) FROM transcoding_jobs WHERE video_id = \(id))
                    AND EXISTS (SELECT FROM videos WHERE id = \(id) AND deleted_at IS NOT NULL)
                RETURNING id, priority
                """
            )
            let restored = try await transaction.first(
                SlugAndState.self,
                """
                UPDATE videos SET
                    deleted_at = NULL, updated_at = now(),
                    status = CASE WHEN \(!queued.isEmpty)::boolean AND status <> 'ready' THEN 'pending' ELSE status END
                WHERE id = \(id) AND deleted_at IS NOT NULL
                RETURNING slug, status
                """
            )
            return (restored, queued.map(\.announcement))
        }
        if restored != nil { announcements.post([.video(id)] + news) }
        return restored
    }

    /// Assignments to a row of `transcoding_jobs` by which it is no longer the TranscodeJob's that had it.
    static let noCluster: StaticString = """
        cluster_job = NULL, cluster_job_uid = NULL, cluster_message = NULL, cluster_pod = NULL
        """

    /// Keeps runners, retries and deletions of the video apart until the transaction ends.
    func lockJobs(of video: VideoID, in transaction: PostgresTransaction) async throws(PostgresError) {
        try await transaction.execute("SELECT FROM transcoding_jobs WHERE video_id = \(video) ORDER BY id FOR UPDATE")
    }

    /// Runs `body`, and says in words when the category that it names is not there.
    func namingMissingCategory<T>(
        _ category: CategoryID?,
        _ body: () async throws -> T
    ) async throws -> T {
        do {
            return try await body()
        } catch let error as PostgresError where error.sqlState == "23503" {
            let name = category.map { "number \($0)" } ?? "of this number"
            throw CatalogError(.conflict, "There is no category \(name); choose one from the list.", cause: error)
        }
    }
}
