/// What a server answers (<https://redis.io/docs/latest/develop/reference/protocol-spec/>, RESP2).
package enum RedisReply: Sendable, Equatable {
    /// `OK`, `PONG` and their like.
    case status(String)
    case integer(Int64)
    case bytes([UInt8])
    case array([RedisReply])
    case null
    /// An error, `NOGROUP No such key …`: its first word is its kind.
    case error(String)

    /// A status, or bytes as UTF-8.
    package var text: String? {
        switch self {
        case .status(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        default: nil
        }
    }

    package var array: [RedisReply]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The reply, unless it is an error: `refused` then.
    @discardableResult
    package func get() throws(RedisError) -> RedisReply {
        if case .error(let message) = self { throw RedisError(.refused, message) }
        return self
    }
}
