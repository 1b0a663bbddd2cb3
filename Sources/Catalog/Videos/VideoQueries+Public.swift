import Postgres
import VLogCore

extension VideoQueries {
    /// The videos that a visitor may see, in one round trip unless the page lies behind the end. The total is counted
    /// apart, over the partial index alone, so that no wide row is read for it.
    ///
    /// Its rows are written as they are read: this is what is asked for most, and to make values of them and encode those took
    /// two fifths of its time.
    package func publicList(
        _ filter: PublicVideoFilter
    ) async throws(PostgresError) -> EncodedBody<ListBody<PublicVideo>> {
        let count = Self.count(of: filter)
        let query: SQLQuery = """
            SELECT \(raw: PublicVideo.columns), (\(count)) AS total
            FROM videos v LEFT JOIN categories c ON c.id = v.category_id
            WHERE \(Self.condition(of: filter))
            ORDER BY \(Self.order(of: filter))
            \(filter.paging.clause)
            """
        let paging = filter.paging
        let page = try await pool.run(query) { (result) throws(PostgresError) in
            try paging.encoded(result, of: PublicVideo.self, PublicVideo.write)
        }
        if let page { return page }
        return paging.encoded(total: paging.offset > 0 ? try await pool.total(count) : 0)
    }

    /// A video that a visitor may see, with what it can be played in; nil when there is none, or it is not ready, not
    /// published yet, or deleted.
    package func publicDetail(_ slug: Slug) async throws(PostgresError) -> PublicVideoDetail? {
        try await pool.first(
            PublicDetailRow.self,
            """
            SELECT \(raw: PublicVideo.columns), v.previews_path, v.has_dash, \(raw: AdminVideoRow.renditions)
            FROM videos v LEFT JOIN categories c ON c.id = v.category_id
            WHERE v.slug = \(slug) AND \(raw: Self.isVisible)
            """
        )?.detail
    }

    /// The one rule of what visitors see, for a row of `videos` named `v`; the predicate of the index `videos_public`.
    static let isVisible: StaticString = "v.status = 'ready' AND v.deleted_at IS NULL AND v.published_at <= now()"

    private static func count(of filter: PublicVideoFilter) -> SQLQuery {
        "SELECT count(*) AS total FROM videos v WHERE \(condition(of: filter))"
    }

    private static func condition(of filter: PublicVideoFilter) -> SQLQuery {
        var condition: SQLQuery = "\(raw: isVisible)"
        if let category = filter.category {
            condition.append(" AND v.category_id = (SELECT id FROM categories WHERE slug = \(category))")
        }
        if let search = filter.search {
            condition.append(" AND v.search @@ \(search.query)")
        }
        return condition
    }

    private static func order(of filter: PublicVideoFilter) -> SQLQuery {
        let isAscending = filter.order == .ascending
        switch (filter.sort, filter.search) {
        case (.title, _):
            return isAscending ? "lower(v.title), v.id" : "lower(v.title) DESC, v.id DESC"
        case (.duration, _):
            return isAscending ? "v.duration, v.id" : "v.duration DESC, v.id DESC"
        case (.relevance, let search?):
            let rank: SQLQuery = "ts_rank(v.search, \(search.query))"
            return isAscending ? "\(rank), v.published_at, v.id" : "\(rank) DESC, v.published_at DESC, v.id DESC"
        case (.date, _), (.relevance, nil):
            return isAscending ? "v.published_at, v.id" : "v.published_at DESC, v.id DESC"
        }
    }
}
