import Foundation

/// Reads a row in the order of its columns, for values that are written on at once: nothing is made to keep them in.
///
/// Each read names its column, and a debug build stops where the next column has another name.
package struct PostgresRowReader {
    private let row: PostgresRow
    private var column = 0

    package init(_ row: PostgresRow) { self.row = row }

    package var isAtNull: Bool { row.result.cell(row: row.index, column: column) == nil }

    package mutating func skip(_ columns: Int) { column += columns }

    package mutating func integer(_ name: String) throws(PostgresError) -> Int64 {
        try read(name) { (cell) throws(PostgresMismatch) in try Int64.decode(cell) }
    }

    package mutating func finiteDouble(_ name: String) throws(PostgresError) -> Double {
        try read(name) { (cell) throws(PostgresMismatch) in
            let value = try Double.decode(cell)
            guard value.isFinite else { throw PostgresMismatch("it is not a finite number") }
            return value
        }
    }

    package mutating func date(_ name: String) throws(PostgresError) -> Date {
        try read(name) { (cell) throws(PostgresMismatch) in try Date.decode(cell) }
    }

    /// A text in UTF-8, valid as long as the row's result.
    package mutating func utf8(_ name: String) throws(PostgresError) -> UnsafeRawBufferPointer {
        try read(name) { (cell) throws(PostgresMismatch) in
            guard cell.type.isText else { throw PostgresMismatch.wrongType }
            return cell.bytes
        }
    }

    private mutating func read<Value>(
        _ name: String,
        _ decode: (PostgresCell) throws(PostgresMismatch) -> Value
    ) throws(PostgresError) -> Value {
        assert(row.result.columnName(column) == name, "the next column is \(row.result.columnName(column))")
        defer { column += 1 }
        do throws(PostgresMismatch) {
            guard let cell = row.result.cell(row: row.index, column: column) else { throw PostgresMismatch.null }
            return try decode(cell)
        } catch {
            throw row.result.unreadable(column, as: Value.self, error)
        }
    }
}
