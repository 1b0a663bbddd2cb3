import Foundation

/// The server counts from 2000-01-01, Foundation from 2001-01-01: 366 days later.
private let epochDistance: Double = 366 * 86_400

extension Date: PostgresCodable {
    package static var postgresType: PostgresType { .timestamptz }

    package func encode(into bytes: inout [UInt8]) throws(PostgresError) {
        let microseconds = ((timeIntervalSinceReferenceDate + epochDistance) * 1_000_000).rounded()
        guard let count = Int64(exactly: microseconds) else {
            throw PostgresError(.decoding, "the time is out of range")
        }
        bytes.append(bigEndian: count)
    }

    package static func decode(_ cell: PostgresCell) throws(PostgresMismatch) -> Date {
        guard cell.type == .timestamptz else { throw .wrongType }
        let count = try cell.integer(Int64.self)
        guard count != .max, count != .min else { throw PostgresMismatch("it is infinite") }
        return Date(timeIntervalSinceReferenceDate: Double(count) / 1_000_000 - epochDistance)
    }
}

extension Duration: PostgresEncodable {
    package static var postgresType: PostgresType { .interval }

    /// As microseconds only: no days or months, whose length depends on the calendar.
    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: microseconds)
        bytes.append(bigEndian: Int32(0))
        bytes.append(bigEndian: Int32(0))
    }
}
