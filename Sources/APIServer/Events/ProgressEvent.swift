import Crypto
import NIOCore
import VLogCore

/// What streams tell of one video: encoded once, whoever watches it.
struct ProgressEvent: Sendable {
    /// The lines `event` and `data` of a server-sent event and the empty line that ends it; streams put an `id` before.
    let text: ByteBuffer
    /// The same on every server for the same body, and another one for another.
    let fingerprint: UInt64

    init(_ body: ProgressBody) throws {
        let data = try JSONCoding.bytes(of: body)
        var text = ByteBuffer()
        text.reserveCapacity(data.count + 32)
        text.writeStaticString("event: progress\ndata: ")
        text.writeBytes(data)
        text.writeStaticString("\n\n")
        self.text = text
        fingerprint = SHA256.hash(data: data).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }
}
