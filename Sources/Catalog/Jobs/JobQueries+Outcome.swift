import Postgres
import VLogCore

/// How an attempt ends.
extension JobQueries {
    /// Takes the runner's result; the server publishes it by itself from here. Asked again with the same token, it
    /// answers the state that the job has by then.
    package func complete(_ job: JobID, tokenHash: [UInt8], _ result: CompleteRequest) async throws -> JobState {
        let row = try await pool.query(
            """
            WITH done AS (
                UPDATE transcoding_jobs SET
                    state = 'finalising', stage = NULL, lease_until = NULL, result = \(PostgresJSON(result)),
                    encoder = \(result.encoder.map { $0.asStoredText(100) })
                WHERE \(Self.fence(job, tokenHash))
                RETURNING state, video_id, worker_id, failed_by
            ), praised AS (
                UPDATE workers w SET strikes = 0, quarantined_until = NULL FROM done WHERE w.id = done.worker_id
            ), blamed AS (\(Self.strike("SELECT failed_by AS id FROM done WHERE failed_by <> worker_id")))
            SELECT state, video_id FROM done
            UNION ALL
            SELECT state, NULL FROM transcoding_jobs
            WHERE id = \(job) AND lease_token_hash = \(tokenHash) AND state IN ('finalising', 'completed')
            """
        ).first
        guard let row else { throw try await refusal(job) }
        if let video = try row.decode("video_id", as: VideoID?.self) { announcements.post(.video(video)) }
        return try row.decode("state")
    }

    /// Ends the attempt without a result. The job is tried again after 10 s, then 20 s, while its budget lasts and
    /// another attempt may end differently; otherwise the video fails with the message. Kubernetes, where it has the job,
    /// keeps a budget and pauses of its own. Returns the job's new state.
    @discardableResult
    package func fail(_ job: JobID, tokenHash: [UInt8], _ failure: FailRequest) async throws -> JobState {
        let (charge, loss) = (failure.code.isCharged ? 1 : 0, failure.code == .lost ? 1 : 0)
        let ended = try await pool.first(
            EndedAttempt.self,
            """
            WITH next AS (
                SELECT id, worker_id, failures + \(charge) AS failures, losses + \(loss) AS losses,
                    \(failure.code.isRetryable) AND (cluster_job IS NOT NULL
                        OR failures + \(charge) < \(Self.mostFailures) AND losses + \(loss) < \(Self.mostLosses)
                    ) AS again,
                    CASE WHEN cluster_job IS NULL
                        THEN \(Self.firstRetryDelay) * power(2, failures) * (0.8 + 0.4 * random())
                        ELSE interval '0' END AS delay
                FROM transcoding_jobs WHERE \(Self.fence(job, tokenHash)) FOR UPDATE
            ), ended AS (
                UPDATE transcoding_jobs j SET
                    state = CASE WHEN next.again THEN 'queued' ELSE 'failed' END,
                    failures = next.failures, losses = next.losses,
                    not_before = CASE WHEN next.again THEN now() + next.delay ELSE j.not_before END,
                    finished_at = CASE WHEN next.again THEN NULL ELSE now() END,
                    failed_by = CASE WHEN \(failure.code.mayBeTheWorkers) THEN next.worker_id ELSE j.failed_by END,
                    lease_token_hash = NULL, lease_until = NULL, stage = NULL, error_code = \(failure.code),
                    error = \(failure.message.asStoredText(2000)), log_tail = \(failure.logTail.asStoredText(4096))
                FROM next WHERE j.id = next.id
                RETURNING j.id, j.state, j.video_id, j.priority
            ), blamed AS (
                \(Self.strike("SELECT worker_id AS id FROM next WHERE \(failure.code.mayBeTheWorkers)"))
            ), video AS (\(Self.videoFollows("ended")))
            SELECT ended.id, ended.state, ended.video_id, ended.priority
            FROM ended JOIN video ON video.id = ended.video_id
            """
        )
        guard let ended else { throw try await refusal(job) }
        announcements.post(ended.changes)
        return ended.state
    }

    /// Gives the job back: it may be claimed at once, and the attempt is not counted against it.
    package func release(_ job: JobID, tokenHash: [UInt8]) async throws {
        let released = try await pool.first(
            EndedAttempt.self,
            """
            WITH ended AS (
                UPDATE transcoding_jobs SET
                    state = 'queued', not_before = now(), lease_token_hash = NULL, lease_until = NULL,
                    stage = NULL, percent = 0
                WHERE \(Self.fence(job, tokenHash))
                RETURNING id, state, video_id, priority
            ), video AS (\(Self.videoFollows("ended")))
            SELECT ended.id, ended.state, ended.video_id, ended.priority
            FROM ended JOIN video ON video.id = ended.video_id
            """
        )
        guard let released else { throw try await refusal(job) }
        announcements.post(released.announcements)
    }

    /// A statement that counts a failure of the workers whose ids `workers` selects. The one too many keeps them from
    /// the queue for five minutes; then they may try again, and the next failure does the same.
    private static func strike(_ workers: SQLQuery) -> SQLQuery {
        """
        UPDATE workers w SET strikes = w.strikes + 1, quarantined_until = CASE
            WHEN w.strikes + 1 >= \(WorkerQueries.mostStrikes) THEN now() + interval '5 minutes'
            ELSE w.quarantined_until END
        FROM (\(workers)) AS struck WHERE w.id = struck.id
        """
    }

    /// About which time after its first failure a job is tried again; doubled for each further one.
    private static let firstRetryDelay = Duration.seconds(10)

    /// A statement that moves the videos of the named row set (`state`, `video_id`) to where their ended job leaves them.
    /// A published generation stays playable whatever becomes of a newer one.
    static func videoFollows(_ ended: StaticString) -> SQLQuery {
        """
        UPDATE videos v SET updated_at = now(), status = CASE
            WHEN v.status = 'ready' THEN 'ready' WHEN ended.state = 'queued' THEN 'pending' ELSE 'failed' END
        FROM \(raw: ended) AS ended WHERE v.id = ended.video_id RETURNING v.id
        """
    }
}

extension String {
    /// The end of the text, at most so many bytes of UTF-8, without the zero bytes that PostgreSQL cannot keep.
    func asStoredText(_ limit: Int) -> String {
        String(decoding: utf8.filter { $0 != 0 }.suffix(limit).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
    }
}
