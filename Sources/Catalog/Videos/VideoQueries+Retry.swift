import Foundation
import Postgres
import VLogCore

extension VideoQueries {
    /// Starts a failed or cancelled job again with a fresh budget, and a waiting one at once.
    package func retry(_ id: VideoID) async throws -> JobChange {
        var news: [Announcement] = []
        let change = try await pool.withTransaction { transaction -> JobChange in
            try await lockJobs(of: id, in: transaction)
            let job = try await transaction.first(
                RetryCandidate.self,
                """
                SELECT j.id, j.state, j.not_before > now() AS is_waiting
                FROM transcoding_jobs j WHERE j.video_id = \(id) ORDER BY j.generation DESC LIMIT 1
                """
            )
            let video = try await transaction.query("SELECT deleted_at FROM videos WHERE id = \(id)").first
            guard let job, let video else { return .notFound }
            let isDeleted = try video.decode("deleted_at", as: Date?.self) != nil
            if let refusal = job.refusal(isDeleted: isDeleted) { return .conflict(refusal) }
            let queued = try await queueAgain(job.id, of: id, in: transaction)
            news = [.video(id)] + (queued.map { [$0.announcement] } ?? [])
            return .done
        }
        if change == .done { announcements.post(news) }
        return change
    }

    private func queueAgain(
        _ job: JobID,
        of video: VideoID,
        in transaction: PostgresTransaction
    ) async throws -> QueuedJob? {
        let queued = try await transaction.first(
            QueuedJob.self,
            """
            UPDATE transcoding_jobs SET
                state = 'queued', not_before = now(), failures = 0, losses = 0, cancel_requested = false,
                worker_id = NULL, failed_by = NULL, lease_token_hash = NULL, lease_until = NULL, stage = NULL, percent = 0,
                error_code = NULL, error = NULL, log_tail = NULL, finished_at = NULL, \(raw: Self.noCluster)
            WHERE id = \(job) RETURNING id, priority
            """
        )
        try await transaction.execute(
            """
            UPDATE videos SET status = CASE status WHEN 'ready' THEN 'ready' ELSE 'pending' END, updated_at = now()
            WHERE id = \(video)
            """
        )
        return queued
    }
}

private struct RetryCandidate: PostgresRowDecodable {
    let id: JobID
    let state: JobState
    let isWaiting: Bool

    init(row: PostgresRow) throws(PostgresError) {
        id = try row.decode("id")
        state = try row.decode("state")
        isWaiting = try row.decode("is_waiting")
    }

    /// Why there is nothing to retry, as a sentence; nil when there is.
    func refusal(isDeleted: Bool) -> String? {
        if isDeleted { return "The video is deleted. Restore it first." }
        switch state {
        case .failed, .cancelled: return nil
        case .queued:
            return isWaiting ? nil : "The video is in the queue already; it starts as soon as a runner is free."
        case .running: return "The video is being transcoded at this moment."
        case .finalising: return "The video is transcoded; its files are being published at this moment."
        case .completed: return "The video is ready; there is nothing to retry."
        }
    }
}
