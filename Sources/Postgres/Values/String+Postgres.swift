extension String: PostgresCodable {
    package static var postgresType: PostgresType { .text }

    package func encode(into bytes: inout [UInt8]) throws(PostgresError) {
        guard !utf8.contains(0) else { throw PostgresError(.decoding, "text cannot hold a zero byte") }
        bytes.append(contentsOf: utf8)
    }

    package static func decode(_ cell: PostgresCell) throws(PostgresMismatch) -> String {
        // The connection's encoding is UTF-8, and the server checks what it stores.
        if cell.type.isText { return String(decoding: cell.bytes, as: UTF8.self) }
        // A version byte comes before the text of jsonb.
        if cell.type == .jsonb { return String(decoding: cell.bytes.dropFirst(), as: UTF8.self) }
        throw .wrongType
    }
}
