/// One row; values are read from the server's reply when they are asked for.
package struct PostgresRow: Sendable {
    let result: PostgresResult
    let index: Int32

    /// Reads a column by its name; the error names the column, its type and the wanted type.
    ///
    /// Asking in the order of the select list is fastest.
    package func decode<Value: PostgresDecodable>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        try result.decode(row: index, column: column, as: type)
    }
}

/// What one row is read as. Decoding runs on the connection's thread, so keep it to reading.
package protocol PostgresRowDecodable: Sendable {
    init(row: PostgresRow) throws(PostgresError)
}
