import Postgres
import VLogCore

/// Jobs that Kubernetes does. Whoever hands them over may be interrupted at any point, and several may do so at once: each
/// statement here happens once, or changes nothing.
extension JobQueries {
    private static let clusterColumns: StaticString = """
        j.id, j.video_id, j.state, j.priority, j.profile, j.not_before, j.cluster_job, j.cluster_job_uid,
        j.cluster_message, j.trace_id
        """

    /// Tells this database from others.
    package func installation() async throws(PostgresError) -> String {
        let row = try await pool.query("SELECT id::text AS id FROM installation").first
        guard let row else { throw PostgresError(.decoding, "the table installation is empty") }
        return try row.decode("id")
    }

    /// The newest job of the video; nil when there is no such video.
    package func clusterJob(of video: VideoID) async throws(PostgresError) -> ClusterJob? {
        try await pool.first(
            ClusterJob.self,
            """
            SELECT \(raw: Self.clusterColumns) FROM transcoding_jobs j
            WHERE j.video_id = \(video) ORDER BY j.generation DESC LIMIT 1
            """
        )
    }

    /// The videos whose jobs wait to be handed over, or have been and are not done.
    package func clusterVideos() async throws(PostgresError) -> [VideoID] {
        let rows = try await pool.query(
            """
            SELECT video_id FROM transcoding_jobs WHERE state = 'queued'
            UNION SELECT video_id FROM transcoding_jobs WHERE cluster_job IS NOT NULL AND state IN ('queued', 'running')
            """
        )
        return try rows.map { row throws(PostgresError) in try row.decode("video_id") }
    }

    /// Gives the job to Kubernetes, if nobody has it: from now on no runner that asks gets it, and the TranscodeJob of the
    /// name that comes out is to be made. With `taken`, the name that it has is somebody else's, and it gets another.
    package func handOver(_ job: JobID, taken: String? = nil) async throws(PostgresError) -> ClusterJob? {
        try await pool.first(
            ClusterJob.self,
            """
            UPDATE transcoding_jobs j SET
                cluster_round = cluster_round + 1,
                cluster_job = 'video-' || j.video_id || '-' || j.id || '-' || (cluster_round + 1),
                cluster_job_uid = NULL, cluster_message = NULL, cluster_pod = NULL
            WHERE j.id = \(job) AND j.state = 'queued' AND j.not_before <= now() AND j.cluster_job_uid IS NULL
                AND j.cluster_job IS NOT DISTINCT FROM \(taken)
            RETURNING \(raw: Self.clusterColumns)
            """
        )
    }

    /// Keeps that the TranscodeJob of this name has been made.
    package func clusterJobMade(_ job: JobID, name: String, uid: String) async throws(PostgresError) {
        try await pool.execute(
            """
            UPDATE transcoding_jobs SET cluster_job_uid = \(uid)
            WHERE id = \(job) AND cluster_job = \(name) AND cluster_job_uid IS NULL
            """
        )
    }

    /// Keeps why the job does not run yet.
    package func clusterSays(_ job: JobID, name: String, _ message: String) async throws(PostgresError) {
        let row = try await pool.query(
            """
            UPDATE transcoding_jobs SET cluster_message = \(message.asStoredText(2000))
            WHERE id = \(job) AND cluster_job = \(name) AND cluster_message IS DISTINCT FROM \(message.asStoredText(2000))
            RETURNING video_id
            """
        ).first
        if let video = try row?.decode("video_id", as: VideoID.self) { announcements.post(.video(video)) }
    }

    /// Ends the job without a result: Kubernetes has given it up, or somebody deleted its TranscodeJob. What the last attempt
    /// left of its log stays. False when it had ended already.
    package func clusterEnded(
        _ job: JobID,
        name: String,
        _ code: FailureCode,
        _ message: String
    ) async throws(PostgresError) -> Bool {
        let ended = try await pool.first(
            EndedAttempt.self,
            """
            WITH ended AS (
                UPDATE transcoding_jobs SET
                    state = CASE WHEN \(code == .cancelled)::boolean THEN 'cancelled' ELSE 'failed' END,
                    finished_at = now(), lease_token_hash = NULL, lease_until = NULL, stage = NULL,
                    error_code = \(code), error = \(message.asStoredText(2000))
                WHERE id = \(job) AND cluster_job = \(name) AND state IN ('queued', 'running')
                RETURNING id, state, video_id, priority
            ), video AS (\(Self.videoFollows("ended")))
            SELECT ended.id, ended.state, ended.video_id, ended.priority
            FROM ended JOIN video ON video.id = ended.video_id
            """
        )
        if let ended { announcements.post(ended.changes) }
        return ended != nil
    }

    /// The job that the TranscodeJob of this name and UID does.
    package func job(ofClusterJob name: String, uid: String) async throws(PostgresError) -> JobID? {
        try await pool.query(
            """
            SELECT id FROM transcoding_jobs
            WHERE cluster_job = \(name) AND (cluster_job_uid IS NULL OR cluster_job_uid = \(uid))
            """
        ).first?.decode("id")
    }

    /// Gives the job to a pod of its TranscodeJob. Kubernetes starts one pod after the other, so one that had it before is
    /// gone, or as good as: its token is refused from here on.
    package func claim(
        _ job: JobID,
        of name: String,
        pod: String,
        tokenHash: [UInt8],
        lease: Duration
    ) async throws(PostgresError) -> PodClaim {
        let row = try await pool.first(
            ClaimedRow.self,
            """
            WITH claimed AS (
                UPDATE transcoding_jobs j SET
                    worker_id = NULL, cluster_pod = \(pod), \(Self.newAttempt(tokenHash, lease))
                FROM videos v
                WHERE j.id = \(job) AND j.cluster_job = \(name) AND j.state IN ('queued', 'running')
                    AND v.id = j.video_id AND v.deleted_at IS NULL
                RETURNING \(raw: Self.grantedColumns)
            ), \(raw: Self.granted)
            """
        )
        if let row {
            announcements.post(.video(row.videoID))
            return .claimed(row)
        }
        let state = try await pool.query(
            "SELECT state FROM transcoding_jobs WHERE id = \(job) AND cluster_job = \(name)"
        ).first?.decode("state", as: JobState.self)
        return state == .finalising || state == .completed ? .done : .gone
    }
}
