import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Sends a part of a file down a connection by `sendfile`.
///
/// Response bodies of Hummingbird are byte buffers, which would copy the file through memory. The region of the file
/// therefore enters the pipeline below the codec that makes shared HTTP types of NIO's own, where a part of a response
/// may also be a file region. The head is on its way there when the body is asked for; both pass through the queue of
/// the connection's event loop, which keeps their order.
struct FileSending: Sendable {
    let file: OpenFile
    let range: Range<Int64>
    let channel: any Channel

    init(_ file: OpenFile, _ range: Range<Int64>, _ channel: any Channel) {
        self.file = file
        self.range = range
        self.channel = channel
    }

    /// The end is written only when the region is out: a connection counts as idle, and may be closed, after the end.
    var body: ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            try await channel.eventLoop.flatSubmit { sendRegion() }.get()
            try await writer.finish(nil)
        }
    }

    /// On the event loop. The future fails when the connection breaks before the last byte is with the system.
    private func sendRegion() -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        do {
            let codec = try channel.pipeline.syncOperations.context(handlerType: HTTP1ToHTTPServerCodec.self)
            let region = FileRegion(
                fileHandle: file.handle,
                readerIndex: Int(range.lowerBound),
                endIndex: Int(range.upperBound)
            )
            codec.writeAndFlush(NIOAny(HTTPServerResponsePart.body(.fileRegion(region))), promise: promise)
            StallGuard(channel).watch(until: promise.futureResult)
        } catch {
            promise.fail(error)
        }
        // The handle must stay open for as long as the region is in the queue.
        return promise.futureResult.always { _ in withExtendedLifetime(file) {} }
    }
}
