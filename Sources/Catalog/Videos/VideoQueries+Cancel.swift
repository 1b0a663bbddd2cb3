import Foundation
import Postgres
import VLogCore

/// What came of asking for a job to be cancelled, or to be moved in the queue.
package enum JobChange: Sendable, Equatable {
    case done
    /// The job's state does not allow it; the sentence says why.
    case conflict(String)
    case notFound
}

extension VideoQueries {
    /// Ends the newest job before its result is published: a runner's next call is refused. What is published stays.
    package func cancel(_ id: VideoID) async throws -> JobChange {
        let change = try await pool.withTransaction { transaction -> JobChange in
            try await lockJobs(of: id, in: transaction)
            guard let job = try await newestJob(of: id, in: transaction) else { return .notFound }
            switch job.state {
            case .queued, .running, .finalising: break
            case .completed: return .conflict("The video is transcoded already; there is nothing to cancel.")
            case .failed: return .conflict("The job has failed already; there is nothing to cancel.")
            case .cancelled: return .done
            }
            try await transaction.execute(
                """
                UPDATE transcoding_jobs SET
                    state = 'cancelled', lease_token_hash = NULL, lease_until = NULL, finished_at = now(), stage = NULL,
                    error_code = 'cancelled', error = 'Somebody cancelled it. Retry starts it again.', log_tail = NULL
                WHERE id = \(job.id)
                """
            )
            try await transaction.execute(
                """
                UPDATE videos SET status = CASE status WHEN 'ready' THEN 'ready' ELSE 'failed' END, updated_at = now()
                WHERE id = \(id)
                """
            )
            return .done
        }
        if change == .done { announcements.post(.video(id)) }
        return change
    }

    /// Moves the newest job within the queue; one that runs already keeps the priority for its next attempt.
    package func setPriority(_ id: VideoID, _ priority: JobPriority) async throws -> JobChange {
        let change = try await pool.withTransaction { transaction -> JobChange in
            try await lockJobs(of: id, in: transaction)
            guard let job = try await newestJob(of: id, in: transaction) else { return .notFound }
            guard [.queued, .running, .failed, .cancelled].contains(job.state) else {
                return .conflict("The video is transcoded already; there is nothing to wait for.")
            }
            try await transaction.execute(
                """
                UPDATE transcoding_jobs SET priority = \(priority), waits_from = created_at - \(priority.headStart)
                WHERE id = \(job.id)
                """
            )
            return .done
        }
        if change == .done { announcements.post(.video(id)) }
        return change
    }

    private func newestJob(
        of id: VideoID,
        in transaction: PostgresTransaction
    ) async throws(PostgresError) -> NewestJob? {
        try await transaction.first(
            NewestJob.self,
            """
            SELECT j.id, j.state FROM transcoding_jobs j JOIN videos v ON v.id = j.video_id
            WHERE v.id = \(id) AND v.deleted_at IS NULL ORDER BY j.generation DESC LIMIT 1
            """
        )
    }
}

private struct NewestJob: PostgresRowDecodable {
    let id: JobID
    let state: JobState

    init(row: PostgresRow) throws(PostgresError) {
        id = try row.decode("id")
        state = try row.decode("state")
    }
}
