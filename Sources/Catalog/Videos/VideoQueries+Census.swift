import Postgres
import VLogCore

extension VideoQueries {
    /// How many videos there are, deleted ones left out. Reads all of them: not to be asked often.
    package func census() async throws(PostgresError) -> [VideoStatus: Int] {
        let rows = try await pool.query(
            "SELECT status, count(*) AS count FROM videos WHERE deleted_at IS NULL GROUP BY status"
        )
        var counts: [VideoStatus: Int] = [:]
        for row in rows { counts[try row.decode("status")] = try row.decode("count", as: Int.self) }
        return counts
    }
}
