import Foundation
import HTTPTypes
import Hummingbird
import Kubernetes
import NIOCore

/// Answers of the fake API server.
enum FakeAnswer {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes(of: value)))
    }

    static func refusal(_ status: Int, _ reason: String?, _ message: String, retryAfter: Int? = nil) -> Response {
        var body: [String: JSONValue] = ["code": .integer(Int64(status)), "message": .string(message)]
        if let reason { body["reason"] = .string(reason) }
        var headers: HTTPFields = [:]
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        return json(.object(body), status: HTTPResponse.Status(code: status), headers: headers)
    }

    /// Breaks the connection instead of sending what was promised.
    static var dropped: Response {
        struct Dropped: Error {}
        return Response(status: .ok, body: ResponseBody(contentLength: 100) { _ in throw Dropped() })
    }

    /// A line for each event, until there are no more.
    static func stream(_ events: AsyncStream<JSONValue>) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody { writer in
                for await event in events {
                    var line = bytes(of: event)
                    line.writeString("\n")
                    try await writer.write(line)
                }
                try await writer.finish(nil)
            }
        )
    }

    static let expiredEvent: JSONValue = .object([
        "type": .string("ERROR"),
        "object": .object(["code": .integer(410), "reason": .string("Expired"), "message": .string("too old")]),
    ])

    static var expired: AsyncStream<JSONValue> {
        AsyncStream { continuation in
            continuation.yield(expiredEvent)
            continuation.finish()
        }
    }

    private static func bytes(of value: JSONValue) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // JSON of JSON cannot fail.
        return ByteBuffer(bytes: (try? encoder.encode(value)) ?? Data())
    }
}
