import CLibPQ
import Synchronization

/// What a statement returned. Rows refer to it, so it lives until the last of them is gone.
///
/// `@unchecked Sendable`: libpq documents a `PGresult` as read-only after its creation
/// (<https://www.postgresql.org/docs/15/libpq-threading.html>); `hint` is atomic.
package final class PostgresResult: @unchecked Sendable {
    private let raw: OpaquePointer
    private let columns: PostgresColumns
    package let rowCount: Int
    /// Where the next column is looked for first: decoders mostly ask in the statement's order.
    private let hint = Atomic<Int>(0)

    init(adopting raw: OpaquePointer, columns: PostgresColumns) {
        self.raw = raw
        self.columns = columns
        rowCount = Int(PQntuples(raw))
    }

    deinit { PQclear(raw) }

    package func row(_ index: Int) -> PostgresRow { PostgresRow(result: self, index: Int32(index)) }
    var rows: [PostgresRow] { (0..<rowCount).map(row) }

    /// Rows inserted, updated, deleted or selected.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(raw))) ?? 0 }

    func columnName(_ column: Int) -> String { columns.names[column] }

    /// Nil for NULL.
    func cell(row: Int32, column: Int) -> PostgresCell? {
        guard PQgetisnull(raw, row, Int32(column)) == 0, let start = PQgetvalue(raw, row, Int32(column)) else {
            return nil
        }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(raw, row, Int32(column))))
        return PostgresCell(bytes: bytes, type: columns.types[column])
    }

    func unreadable<Value>(_ column: Int, as type: Value.Type, _ mismatch: PostgresMismatch) -> PostgresError {
        columns.error(column, type, mismatch)
    }

    func decode<Value: PostgresDecodable>(
        row: Int32,
        column name: String,
        as _: Value.Type
    ) throws(PostgresError) -> Value {
        guard let column = columns.index(of: name, near: hint.load(ordering: .relaxed)) else {
            throw PostgresError(.decoding, "there is no column \(name) among \(columns.names.joined(separator: ", "))")
        }
        hint.store(column + 1, ordering: .relaxed)
        do throws(PostgresMismatch) {
            guard let cell = cell(row: row, column: column) else { return try Value.decodeNull() }
            return try Value.decode(cell)
        } catch {
            throw unreadable(column, as: Value.self, error)
        }
    }
}

/// Names and types of a statement's columns, read once per prepared statement.
final class PostgresColumns: Sendable {
    let names: [String]
    let types: [PostgresType]

    init(of raw: OpaquePointer) {
        let count = PQnfields(raw)
        names = (0..<count).map { index in PQfname(raw, index).map { String(cString: $0) } ?? "" }
        types = (0..<count).map { PostgresType(rawValue: PQftype(raw, $0)) }
    }

    /// The first column of that name at or behind `near`, else from the start.
    func index(of name: String, near: Int) -> Int? {
        let start = near < names.count ? near : 0
        return names[start...].firstIndex(of: name) ?? names[..<start].firstIndex(of: name)
    }

    func error<Value>(_ column: Int, _: Value.Type, _ mismatch: PostgresMismatch) -> PostgresError {
        let reason = mismatch.reason.isEmpty ? "" : ": \(mismatch.reason)"
        let message = "column \(names[column]) of type \(types[column]) cannot be read as \(Value.self)\(reason)"
        return PostgresError(.decoding, message)
    }
}
