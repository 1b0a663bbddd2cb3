/// What an array can hold. `UInt8` is special: `[UInt8]` is `bytea`, not an array.
package protocol PostgresArrayElement: Sendable {
    static var postgresArrayType: PostgresType { get }
    static func encodeArray(_ elements: [Self], into bytes: inout [UInt8]) throws(PostgresError)
    static func decodeArray(_ cell: PostgresCell) throws(PostgresMismatch) -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    package static var postgresType: PostgresType { Element.postgresArrayType }
    package func encode(into bytes: inout [UInt8]) throws(PostgresError) {
        try Element.encodeArray(self, into: &bytes)
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    package static func decode(_ cell: PostgresCell) throws(PostgresMismatch) -> [Element] {
        try Element.decodeArray(cell)
    }
}

extension UInt8: PostgresArrayElement {
    package static var postgresArrayType: PostgresType { .bytea }
    package static func encodeArray(_ elements: [UInt8], into bytes: inout [UInt8]) { bytes += elements }
    package static func decodeArray(_ cell: PostgresCell) throws(PostgresMismatch) -> [UInt8] {
        guard cell.type == .bytea else { throw .wrongType }
        return Array(cell.bytes)
    }
}

extension Int: PostgresArrayElement {}
extension Int64: PostgresArrayElement {}
extension Int32: PostgresArrayElement {}
extension String: PostgresArrayElement {}
extension Double: PostgresArrayElement {}
extension Bool: PostgresArrayElement {}
extension Optional: PostgresArrayElement where Wrapped: PostgresCodable {}

/// One-dimensional arrays as `array_send` in `src/backend/utils/adt/arrayfuncs.c` writes them.
extension PostgresArrayElement where Self: PostgresCodable {
    package static var postgresArrayType: PostgresType { postgresType.array ?? .unknown }

    package static func encodeArray(_ elements: [Self], into bytes: inout [UInt8]) throws(PostgresError) {
        bytes.append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(elements.contains { $0.isPostgresNull } ? 1 : 0))
        bytes.append(bigEndian: postgresType.rawValue)
        guard !elements.isEmpty else { return }
        bytes.append(bigEndian: Int32(elements.count))
        bytes.append(bigEndian: Int32(1))
        for element in elements {
            guard !element.isPostgresNull else {
                bytes.append(bigEndian: Int32(-1))
                continue
            }
            let start = bytes.count
            bytes.append(bigEndian: Int32(0))
            try element.encode(into: &bytes)
            let length = Int32(bytes.count - start - 4)
            withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
        }
    }

    package static func decodeArray(_ cell: PostgresCell) throws(PostgresMismatch) -> [Self] {
        var reader = ArrayReader(bytes: cell.bytes)
        guard cell.type.isArray else { throw .wrongType }
        let dimensions = try reader.number()
        _ = try reader.number()
        let type = PostgresType(rawValue: UInt32(bitPattern: try reader.number()))
        guard dimensions > 0 else { return [] }
        guard dimensions == 1 else { throw PostgresMismatch("it has \(dimensions) dimensions") }
        let count = try reader.number()
        _ = try reader.number()
        var elements: [Self] = []
        elements.reserveCapacity(Int(count))
        for _ in 0..<max(0, count) {
            if let bytes = try reader.element() {
                elements.append(try decode(PostgresCell(bytes: bytes, type: type)))
            } else {
                elements.append(try decodeNull())
            }
        }
        return elements
    }
}

private struct ArrayReader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func number() throws(PostgresMismatch) -> Int32 {
        guard offset + 4 <= bytes.count else { throw PostgresMismatch("the array is cut short") }
        defer { offset += 4 }
        return Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
    }

    /// Nil for NULL.
    mutating func element() throws(PostgresMismatch) -> UnsafeRawBufferPointer? {
        let length = Int(try number())
        guard length >= 0 else { return nil }
        guard offset + length <= bytes.count else { throw PostgresMismatch("the array is cut short") }
        defer { offset += length }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
    }
}

extension PostgresType {
    fileprivate var array: PostgresType? {
        switch self {
        case .int8: .int8Array
        case .int4: .int4Array
        case .text: .textArray
        case .float8: .float8Array
        case .bool: .boolArray
        case .timestamptz: .timestamptzArray
        default: nil
        }
    }

    /// `varchar[]` is 1015 and `smallint[]` 1005.
    fileprivate var isArray: Bool {
        switch self {
        case .int8Array, .int4Array, .textArray, .float8Array, .boolArray, .timestamptzArray: true
        default: rawValue == 1015 || rawValue == 1005 || rawValue >= 16384
        }
    }
}
