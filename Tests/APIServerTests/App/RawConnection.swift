import Foundation
import NIOCore
import NIOPosix
import Testing

/// A client that can do what clients should not: stop in the middle, be slow, send nonsense.
struct RawConnection {
    fileprivate var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received = ByteBuffer()

    fileprivate init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    func send(_ buffer: ByteBuffer) async throws { try await outbound.write(buffer) }

    /// Everything up to and with this text; throws when the server closes before.
    mutating func read(through text: String) async throws -> String {
        while true {
            let view = String(buffer: received)
            if let range = view.range(of: text) {
                let found = String(view[..<range.upperBound])
                received.moveReaderIndex(forwardBy: found.utf8.count)
                return found
            }
            guard let next = try await inbound.next(isolation: #isolation) else {
                throw ConnectionClosed(received: view)
            }
            received.writeImmutableBuffer(next)
        }
    }

    /// A head and, as its `Content-Length` says, a body.
    mutating func readResponse() async throws -> (head: String, body: String) {
        let head = try await read(through: "\r\n\r\n")
        let field = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let length = try #require(field.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) })
        while received.readableBytes < length, let next = try await inbound.next(isolation: #isolation) {
            received.writeImmutableBuffer(next)
        }
        return (head, received.readString(length: min(length, received.readableBytes)) ?? "")
    }

    /// Waits for the server to close; returns what came before.
    mutating func readToEnd() async throws -> String {
        while let next = try await inbound.next(isolation: #isolation) { received.writeImmutableBuffer(next) }
        return String(buffer: received)
    }
}

struct ConnectionClosed: Error {
    let received: String
}

/// Connects, and disconnects without a word when `body` ends.
func withRawConnection<Output: Sendable>(
    port: Int,
    _ body: (inout RawConnection) async throws -> Output
) async throws -> Output {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connect(host: "localhost", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
    return try await channel.executeThenClose { inbound, outbound in
        var connection = RawConnection(inbound, outbound)
        return try await body(&connection)
    }
}

/// Sends a request and leaves the connection open, its answer unread.
func openStream(port: Int, _ request: String) async throws -> any Channel {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connect(host: "localhost", port: port).get()
    try await channel.writeAndFlush(ByteBuffer(string: request))
    return channel
}
