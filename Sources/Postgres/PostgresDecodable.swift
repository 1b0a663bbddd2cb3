/// A value that a column can be read as. Types of our own with a conforming raw value need only
/// `extension T: PostgresCodable {}`.
package protocol PostgresDecodable: Sendable {
    /// Reads the binary form of a value that is not NULL.
    static func decode(_ cell: PostgresCell) throws(PostgresMismatch) -> Self
    /// What NULL is read as; throws unless the type has room for it.
    static func decodeNull() throws(PostgresMismatch) -> Self
}

/// One value of a row in binary form. Valid only within `PostgresDecodable.decode`.
package struct PostgresCell {
    let bytes: UnsafeRawBufferPointer
    let type: PostgresType

    /// The value as a big-endian number of the given width.
    func integer<Number: FixedWidthInteger>(_: Number.Type) throws(PostgresMismatch) -> Number {
        guard bytes.count == MemoryLayout<Number>.size else { throw PostgresMismatch("it has \(bytes.count) bytes") }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }
}

/// Why a value cannot be read as a type; the row adds column and types.
package struct PostgresMismatch: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }

    static let wrongType = PostgresMismatch("")
    static let null = PostgresMismatch("it is NULL")
}

extension PostgresDecodable {
    package static func decodeNull() throws(PostgresMismatch) -> Self { throw .null }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(PostgresMismatch) -> Self {
        let raw = try RawValue.decode(cell)
        guard let value = Self(rawValue: raw) else { throw PostgresMismatch("\(raw) is none of its values") }
        return value
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(PostgresMismatch) -> Self { try Wrapped.decode(cell) }
    package static func decodeNull() throws(PostgresMismatch) -> Self { nil }
}
