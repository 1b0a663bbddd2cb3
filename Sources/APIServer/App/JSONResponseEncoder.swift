import HTTPTypes
import Hummingbird
import NIOCore
import VLogCore

/// Writes JSON bodies the one way that the three APIs do.
package struct JSONResponseEncoder: ResponseEncoder {
    package init() {}

    package func encode(_ value: some Encodable, from request: Request, context: some RequestContext) throws -> Response
    {
        Response(json: try JSONCoding.bytes(of: value))
    }
}

extension EncodedBody: ResponseGenerator {
    package func response(from request: Request, context: some RequestContext) -> Response { Response(json: bytes) }
}

extension Response {
    fileprivate init(json bytes: [UInt8]) {
        self.init(
            status: .ok,
            headers: [
                .contentType: "application/json; charset=utf-8", .contentLength: "\(bytes.count)",
                .cacheControl: "no-store",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
