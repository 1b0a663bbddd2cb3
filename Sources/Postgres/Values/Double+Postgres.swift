extension Double: PostgresCodable {
    package static var postgresType: PostgresType { .float8 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: bitPattern) }

    package static func decode(_ cell: PostgresCell) throws(PostgresMismatch) -> Double {
        switch cell.type {
        case .float8: Double(bitPattern: try cell.integer(UInt64.self))
        case .float4: Double(Float(bitPattern: try cell.integer(UInt32.self)))
        case .numeric: try PostgresNumeric(cell).double
        default: throw .wrongType
        }
    }
}

extension Bool: PostgresCodable {
    package static var postgresType: PostgresType { .bool }
    package func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }

    package static func decode(_ cell: PostgresCell) throws(PostgresMismatch) -> Bool {
        guard cell.type == .bool else { throw .wrongType }
        return try cell.integer(UInt8.self) != 0
    }
}
