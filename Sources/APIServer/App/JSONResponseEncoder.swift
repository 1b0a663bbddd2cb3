import HTTPTypes
import Hummingbird
import NIOCore
import VLogCore

/// Writes JSON bodies the one way that the three APIs do.
package struct JSONResponseEncoder: ResponseEncoder {
    package init() {}

    package func encode(_ value: some Encodable, from request: Request, context: some RequestContext) throws -> Response
    {
        let bytes = try JSONCoding.bytes(of: value)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json; charset=utf-8", .contentLength: "\(bytes.count)",
                .cacheControl: "no-store",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
