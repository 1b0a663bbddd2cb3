import Postgres
import VLogCore

extension VideoQueries {
    /// A video with its progress and rungs, deleted ones too; nil when there is none.
    package func admin(_ id: VideoID) async throws(PostgresError) -> AdminVideo? {
        try await pool.first(
            AdminVideoRow.self,
            "SELECT \(AdminVideoRow.columns) FROM \(AdminVideoRow.tables) WHERE v.id = \(id)"
        )?.video
    }

    /// A page of the videos, whatever their state, in one round trip unless the page lies behind the end.
    package func adminList(_ filter: AdminVideoFilter) async throws(PostgresError) -> ListBody<AdminVideo> {
        let count = Self.count(of: filter)
        let query: SQLQuery = """
            SELECT \(AdminVideoRow.columns), (\(count)) AS total
            FROM \(AdminVideoRow.tables)
            WHERE \(Self.condition(of: filter))
            ORDER BY \(Self.order(of: filter))
            \(filter.paging.clause)
            """
        let rows = try await pool.all(Counted<AdminVideoRow>.self, query)
        if rows.isEmpty && filter.paging.offset > 0 {
            return filter.paging.body([], total: try await pool.total(count))
        }
        return filter.paging.body(rows.map(\.item.video), total: rows.first?.total ?? 0)
    }

    private static func count(of filter: AdminVideoFilter) -> SQLQuery {
        "SELECT count(*) AS total FROM videos v WHERE \(condition(of: filter))"
    }

    private static func condition(of filter: AdminVideoFilter) -> SQLQuery {
        var condition: SQLQuery = filter.deleted ? "v.deleted_at IS NOT NULL" : "v.deleted_at IS NULL"
        if let status = filter.status { condition.append(" AND v.status = \(status)") }
        if let search = filter.search { condition.append(" AND v.search @@ \(search.query)") }
        return condition
    }

    private static func order(of filter: AdminVideoFilter) -> SQLQuery {
        let isAscending = filter.order == .ascending
        switch (filter.sort, filter.search) {
        case (.title, _):
            return isAscending ? "lower(v.title), v.id" : "lower(v.title) DESC, v.id DESC"
        case (.duration, _):
            return isAscending
                ? "v.duration NULLS LAST, v.id" : "v.duration DESC NULLS LAST, v.id DESC"
        case (.relevance, let search?):
            let rank: SQLQuery = "ts_rank(v.search, \(search.query))"
            return isAscending ? "\(rank), v.created_at, v.id" : "\(rank) DESC, v.created_at DESC, v.id DESC"
        case (.date, _), (.relevance, nil):
            return isAscending ? "v.created_at, v.id" : "v.created_at DESC, v.id DESC"
        }
    }
}
