import Postgres
import VLogCore

extension VideoQueries {
    /// How many videos' progress is told at once; further ids are not looked at.
    package static let mostProgressIDs = 100

    /// How far each of these videos is, in the order of their ids; unknown ids have no entry. What only
    /// administrators may read (the log's tail) is in it.
    package func progress(_ ids: [VideoID]) async throws(PostgresError) -> [ProgressBody] {
        let asked = ids.prefix(Self.mostProgressIDs).map(\.rawValue)
        return try await pool.all(
            ProgressRow.self,
            """
            SELECT \(ProgressRow.columns) FROM videos v \(ProgressRow.tables)
            WHERE v.id = ANY(\(asked)) ORDER BY v.id
            """
        ).map(\.body)
    }

    /// Tells every server that somebody looks at progress, so that runners report it more often.
    package func noteWatching() { announcements.post(.watching) }
}
