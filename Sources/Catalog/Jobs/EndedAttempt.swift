import Postgres
import VLogCore

/// A job that no runner has any more, and what became of it.
struct EndedAttempt: PostgresRowDecodable {
    let job: JobID
    let state: JobState
    private let video: VideoID
    private let priority: JobPriority

    init(row: PostgresRow) throws(PostgresError) {
        job = try row.decode("id")
        state = try row.decode("state")
        video = try row.decode("video_id")
        priority = try row.decode("priority")
    }

    /// For a job that may be claimed again at once, if it is queued.
    var announcements: [Announcement] { [.video(video)] + (state == .queued ? [.job(job, priority)] : []) }

    /// For a job that is tried again later, if at all.
    var changes: [Announcement] { [.video(video)] }
}
