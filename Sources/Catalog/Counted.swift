import Postgres

/// A row of a page, with the `total` over all pages beside it.
struct Counted<Item: PostgresRowDecodable & Sendable>: PostgresRowDecodable, Sendable {
    let item: Item
    let total: Int

    init(row: PostgresRow) throws(PostgresError) {
        item = try Item(row: row)
        total = try row.decode("total")
    }
}

extension PostgresSession {
    /// Runs a query for one number, named `total`.
    func total(_ query: SQLQuery) async throws(PostgresError) -> Int {
        guard let row = try await self.query(query).first else { return 0 }
        return try row.decode("total")
    }
}
