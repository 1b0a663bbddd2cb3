import Postgres

/// Everything the product keeps in PostgreSQL, by resource. All SQL of the product is in this target.
///
/// Two channels carry what others must hear of, in the transaction that changed it: `vlog_jobs` when a job has become
/// claimable, and `vlog_events` with a video's id when anything that a page shows of it has changed.
///
/// Locks: who needs both takes the job's row before the video's, in every statement; so no two can deadlock on them.
package struct Catalog: Sendable {
    package let videos: VideoQueries
    package let jobs: JobQueries
    package let workers: WorkerQueries
    package let sessions: SessionQueries
    package let categories: CategoryQueries

    package init(pool: PostgresPool) {
        videos = VideoQueries(pool: pool)
        jobs = JobQueries(pool: pool)
        workers = WorkerQueries(pool: pool)
        sessions = SessionQueries(pool: pool)
        categories = CategoryQueries(pool: pool)
    }

    /// The schema, oldest first. A migration that has been released is never edited; a new one follows it.
    package static let migrations = [
        Migration(
            number: 1,
            name: "initial",
            sql: String(decoding: PackageResources._001_initial_sql, as: UTF8.self)
        )
    ]

    /// The channel on which a claimable job is announced; no payload.
    package static let jobsChannel = "vlog_jobs"
    /// The channel on which a changed video is announced; the payload is its id.
    package static let eventsChannel = "vlog_events"
}
