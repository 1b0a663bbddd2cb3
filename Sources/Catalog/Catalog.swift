import Postgres

/// Everything the product keeps in PostgreSQL, by resource. All SQL of the product is in this target.
///
/// What others must hear of is posted to `announcements` after the commit that made it so. The end of a worker's key is
/// besides notified in its transaction, so that it is heard of even if nothing comes after the commit.
///
/// Locks: who needs both takes the job's row before the video's, in every statement; so no two can deadlock on them.
package struct Catalog: Sendable {
    package let videos: VideoQueries
    package let jobs: JobQueries
    package let workers: WorkerQueries
    package let sessions: SessionQueries
    package let categories: CategoryQueries
    package let announcements: Announcements

    package init(pool: PostgresPool) {
        let announcements = Announcements(pool: pool)
        self.announcements = announcements
        videos = VideoQueries(pool: pool, announcements: announcements)
        jobs = JobQueries(pool: pool, announcements: announcements)
        workers = WorkerQueries(pool: pool, announcements: announcements)
        sessions = SessionQueries(pool: pool)
        categories = CategoryQueries(pool: pool)
    }

    /// The schema, oldest first. A migration that has been released is never edited; a new one follows it.
    package static let migrations = [
        Migration(
            number: 1,
            name: "initial",
            sql: String(decoding: PackageResources._001_initial_sql, as: UTF8.self)
        ),
        Migration(
            number: 2,
            name: "media",
            sql: String(decoding: PackageResources._002_media_sql, as: UTF8.self)
        ),
        Migration(
            number: 3,
            name: "fleet",
            sql: String(decoding: PackageResources._003_fleet_sql, as: UTF8.self)
        ),
        Migration(
            number: 4,
            name: "sources",
            sql: String(decoding: PackageResources._004_sources_sql, as: UTF8.self)
        ),
        Migration(
            number: 5,
            name: "clusters",
            sql: String(decoding: PackageResources._005_clusters_sql, as: UTF8.self)
        ),
    ]
}
