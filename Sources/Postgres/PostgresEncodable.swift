/// A value that a query can bind. Types of our own with a conforming raw value need only `extension T: PostgresCodable {}`.
package protocol PostgresEncodable: Sendable {
    /// The parameter's type on the server.
    static var postgresType: PostgresType { get }
    /// Whether NULL is sent; `encode` is not called then.
    var isPostgresNull: Bool { get }
    /// Appends the binary form of the type.
    func encode(into bytes: inout [UInt8]) throws(PostgresError)
}

/// Can be bound and decoded.
package typealias PostgresCodable = PostgresEncodable & PostgresDecodable

extension PostgresEncodable {
    package var isPostgresNull: Bool { false }
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    package static var postgresType: PostgresType { RawValue.postgresType }
    package var isPostgresNull: Bool { rawValue.isPostgresNull }
    package func encode(into bytes: inout [UInt8]) throws(PostgresError) { try rawValue.encode(into: &bytes) }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package static var postgresType: PostgresType { Wrapped.postgresType }
    package var isPostgresNull: Bool { self?.isPostgresNull ?? true }
    package func encode(into bytes: inout [UInt8]) throws(PostgresError) { try self?.encode(into: &bytes) }
}

extension [UInt8] {
    /// PostgreSQL's binary forms are big-endian.
    mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
