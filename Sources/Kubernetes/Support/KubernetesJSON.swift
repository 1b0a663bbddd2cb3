import Foundation

/// How the API server's JSON is read and written: times are RFC 3339 to the second, and absent is not null.
package enum KubernetesJSON {
    package static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }

    /// Keys are sorted, so that the same object is the same bytes.
    package static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// The object as the API server takes it.
    package static func bytes(of resource: some KubernetesResource) throws -> [UInt8] {
        Array(try encoder().encode(TypedObject(resource: resource)))
    }
}
