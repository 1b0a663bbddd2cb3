import Foundation
import NIOCore
import NIOPosix
import SystemPackage
import VLogCore

/// A file and its fields as one `multipart/form-data` body (RFC 7578), read while it is sent.
struct UploadForm: Sendable {
    private static let chunkSize = 1 << 20
    private let path: FilePath
    private let fileBytes: Int64
    private let head: ByteBuffer
    private let tail: ByteBuffer
    let contentType: String

    /// Looks at the file; throws when it cannot be read or is empty.
    init(file: FilePath, fields: [(name: String, value: String)]) throws {
        guard let name = file.lastComponent?.string else {
            throw ClientError(code: .refused, message: "\(file) is not a file")
        }
        let descriptor: SystemPackage.FileDescriptor
        do {
            descriptor = try SystemPackage.FileDescriptor.open(file, .readOnly)
        } catch {
            throw ClientError(code: .refused, message: "\(file) cannot be read: \(error)")
        }
        let size = try descriptor.closeAfter { try descriptor.seek(offset: 0, from: .end) }
        guard size > 0 else { throw ClientError(code: .refused, message: "\(file) is empty") }
        path = file
        fileBytes = size
        let boundary = "vlog-\(UUID().uuidString)"
        contentType = "multipart/form-data; boundary=\(boundary)"
        var text = ""
        for field in fields {
            text += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n\r\n\(field.value)\r\n"
        }
        text +=
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(UploadForm.quoted(name))\"\r\n"
        text += "Content-Type: application/octet-stream\r\n\r\n"
        head = ByteBuffer(string: text)
        tail = ByteBuffer(string: "\r\n--\(boundary)--\r\n")
    }

    var contentLength: Int64 { Int64(head.readableBytes + tail.readableBytes) + fileBytes }

    /// Bytes of the file itself.
    var size: Int64 { fileBytes }

    /// The body in pieces of a megabyte, read on NIO's thread pool as the connection takes them.
    func chunks(onProgress: @escaping @Sendable (Int64) -> Void) -> Chunks {
        Chunks(form: self, onProgress: onProgress)
    }

    /// What a browser does to the characters that would end the name (WHATWG HTML, multipart/form-data).
    private static func quoted(_ name: String) -> String {
        name.replacingOccurrences(of: "\"", with: "%22").replacingOccurrences(of: "\r", with: "%0D")
            .replacingOccurrences(of: "\n", with: "%0A")
    }

    struct Chunks: AsyncSequence, Sendable {
        typealias Element = ByteBuffer
        let form: UploadForm
        let onProgress: @Sendable (Int64) -> Void

        func makeAsyncIterator() -> Iterator { Iterator(form: form, onProgress: onProgress) }
    }

    struct Iterator: AsyncIteratorProtocol {
        private enum Part {
            case head
            case file(SystemPackage.FileDescriptor, Int64)
            case tail, end
        }
        private let form: UploadForm
        private let onProgress: @Sendable (Int64) -> Void
        private var part = Part.head

        init(form: UploadForm, onProgress: @escaping @Sendable (Int64) -> Void) {
            self.form = form
            self.onProgress = onProgress
        }

        mutating func next() async throws -> ByteBuffer? {
            switch part {
            case .head:
                part = .file(try SystemPackage.FileDescriptor.open(form.path, .readOnly), 0)
                return form.head
            case .file(let descriptor, let sent):
                return try await nextOfFile(descriptor, sent)
            case .tail:
                part = .end
                return form.tail
            case .end:
                return nil
            }
        }

        private mutating func nextOfFile(_ descriptor: SystemPackage.FileDescriptor, _ sent: Int64) async throws
            -> ByteBuffer?
        {
            let wanted = Int(Swift.min(Int64(UploadForm.chunkSize), form.fileBytes - sent))
            guard wanted > 0 else {
                try descriptor.close()
                part = .tail
                return try await next()
            }
            let chunk = try await NIOThreadPool.singleton.runIfActive {
                var buffer = ByteBufferAllocator().buffer(capacity: wanted)
                try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
                    try descriptor.read(
                        fromAbsoluteOffset: sent,
                        into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted])
                    )
                }
                return buffer
            }
            guard chunk.readableBytes > 0 else {
                try? descriptor.close()
                throw ClientError(code: .refused, message: "\(form.path) became shorter while it was sent")
            }
            let total = sent + Int64(chunk.readableBytes)
            part = .file(descriptor, total)
            onProgress(total)
            return chunk
        }
    }
}
