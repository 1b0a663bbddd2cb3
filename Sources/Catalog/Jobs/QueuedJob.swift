import Postgres
import VLogCore

/// A job that was just put into the queue.
struct QueuedJob: PostgresRowDecodable {
    private let id: JobID
    private let priority: JobPriority

    init(row: PostgresRow) throws(PostgresError) {
        id = try row.decode("id")
        priority = try row.decode("priority")
    }

    var announcement: Announcement { .job(id, priority) }
}
