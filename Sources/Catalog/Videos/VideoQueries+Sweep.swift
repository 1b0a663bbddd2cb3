import Postgres
import VLogCore

extension VideoQueries {
    /// Those of the ids that no video has, deleted ones included. An upload that is just being committed is not known
    /// yet: ask only for files that have lain there for longer than an upload's end takes.
    package func orphans(among ids: [VideoID]) async throws(PostgresError) -> [VideoID] {
        let rows = try await pool.query(
            """
            SELECT asked.id FROM unnest(\(ids.map(\.rawValue))) AS asked (id)
            WHERE NOT EXISTS (SELECT FROM videos v WHERE v.id = asked.id)
            """
        )
        return try rows.map { row throws(PostgresError) in try row.decode("id") }
    }

    /// Those of the slugs that no video has, deleted ones included.
    package func orphans(among slugs: [Slug]) async throws(PostgresError) -> [Slug] {
        let rows = try await pool.query(
            """
            SELECT asked.slug FROM unnest(\(slugs.map(\.rawValue))) AS asked (slug)
            WHERE NOT EXISTS (SELECT FROM videos v WHERE v.slug = asked.slug)
            """
        )
        return try rows.map { row throws(PostgresError) in try row.decode("slug") }
    }
}
