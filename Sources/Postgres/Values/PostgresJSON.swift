import Foundation

/// A value kept as `jsonb`: times as RFC 3339, keys as its type spells them.
package struct PostgresJSON<Value: Sendable>: Sendable {
    package var value: Value
    package init(_ value: Value) { self.value = value }
}

extension PostgresJSON: PostgresEncodable where Value: Encodable {
    package static var postgresType: PostgresType { .jsonb }

    package func encode(into bytes: inout [UInt8]) throws(PostgresError) {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        do {
            bytes.append(1)  // the version of the binary form
            bytes.append(contentsOf: try encoder.encode(value))
        } catch {
            throw PostgresError(.decoding, "\(Value.self) could not be written as JSON", cause: error)
        }
    }
}

extension PostgresJSON: PostgresDecodable where Value: Decodable {
    package static func decode(_ cell: PostgresCell) throws(PostgresMismatch) -> PostgresJSON {
        let text: Slice<UnsafeRawBufferPointer>
        switch cell.type {
        case .jsonb: text = cell.bytes.dropFirst()
        case .json: text = cell.bytes[...]
        default: throw .wrongType
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            return PostgresJSON(try decoder.decode(Value.self, from: Data(text)))
        } catch {
            throw PostgresMismatch("\(error)")
        }
    }
}
