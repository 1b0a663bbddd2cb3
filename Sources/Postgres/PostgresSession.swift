/// Whatever runs queries: the pool, or one transaction of it.
package protocol PostgresSession: Sendable {
    /// Runs a statement; `decode` reads its result on the connection's thread.
    func run<Output: Sendable>(
        _ query: SQLQuery,
        decode: @Sendable (PostgresResult) throws(PostgresError) -> Output
    ) async throws(PostgresError) -> Output
}

extension PostgresSession {
    /// The rows, undecoded; for one-off queries.
    package func query(_ query: SQLQuery) async throws(PostgresError) -> [PostgresRow] {
        try await run(query) { (result) throws(PostgresError) in result.rows }
    }

    /// Every row, decoded.
    package func all<Row: PostgresRowDecodable>(
        _ type: Row.Type,
        _ query: SQLQuery
    ) async throws(PostgresError) -> [Row] {
        try await run(query) { (result) throws(PostgresError) in
            var rows: [Row] = []
            rows.reserveCapacity(result.rowCount)
            for index in 0..<result.rowCount { rows.append(try Row(row: result.row(index))) }
            return rows
        }
    }

    /// Nil when there is no row; further rows are ignored.
    package func first<Row: PostgresRowDecodable>(
        _ type: Row.Type,
        _ query: SQLQuery
    ) async throws(PostgresError) -> Row? {
        try await run(query) { (result) throws(PostgresError) in
            result.rowCount == 0 ? nil : try Row(row: result.row(0))
        }
    }

    /// - Returns: the number of rows that were inserted, updated or deleted.
    @discardableResult
    package func execute(_ query: SQLQuery) async throws(PostgresError) -> Int {
        try await run(query) { (result) throws(PostgresError) in result.affectedRows }
    }
}
