import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SystemPackage
import VLogCore

/// Brings a job's source to the scratch disk. A connection that breaks is taken up again where it broke.
struct SourceDownload: Sendable {
    /// Bytes that are gathered before they are written.
    private static let chunk = 1 << 20

    let job: ClaimedJob
    let client: JobClient
    let retry: RetryPolicy

    /// Writes the source to `target`, calling `onBytes` with the number of bytes there are after each write.
    func run(to target: FilePath, onBytes: (Int64) async -> Void) async throws {
        let file = try await blocking {
            try SystemPackage.FileDescriptor.open(
                target,
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: .ownerReadWrite
            )
        }
        do {
            try await fill(file, onBytes: onBytes)
        } catch {
            try await blocking { try file.close() }
            throw SourceDownload.failure(error)
        }
        try await blocking { try file.close() }
    }

    private func fill(_ file: SystemPackage.FileDescriptor, onBytes: (Int64) async -> Void) async throws {
        var written: Int64 = 0
        while written < job.sourceBytes {
            // The patience of `persistently` counts from the last byte that came, not from the first.
            let before = written
            try await client.persistently {
                do {
                    try await take(from: &written, into: file, onBytes: onBytes)
                } catch let error as WorkerAPIError where error.isRetryable && written > before {
                    try await Task.sleep(for: retry.first)
                }
            }
        }
    }

    private func take(
        from written: inout Int64,
        into file: SystemPackage.FileDescriptor,
        onBytes: (Int64) async -> Void
    ) async throws {
        let response = try await client.source(etag: job.sourceETag, from: written)
        written = try start(of: response, asked: written)
        var body = response.body.makeAsyncIterator()
        var pending = ByteBuffer()
        var failure: (any Error)?
        while failure == nil {
            do {
                guard var next = try await body.next() else { break }
                pending.writeBuffer(&next)
            } catch {
                failure = client.failure(of: error)
            }
            guard pending.readableBytes >= Self.chunk else { continue }
            try await write(&pending, to: file, at: &written)
            await onBytes(written)
        }
        try await write(&pending, to: file, at: &written)
        await onBytes(written)
        if let failure { throw failure }
        guard written >= job.sourceBytes else {
            throw WorkerAPIError(.unavailable, "the source ended after \(written) of \(job.sourceBytes) bytes")
        }
    }

    /// Where in the file the body belongs: what the server says, once it is known to be of the right file.
    private func start(of response: HTTPClientResponse, asked: Int64) throws -> Int64 {
        guard response.status == .partialContent else {
            let length = response.headers.first(name: "Content-Length").flatMap { Int64($0) }
            guard length == nil || length == job.sourceBytes else { throw Self.changed }
            return 0
        }
        guard let range = response.headers.first(name: "Content-Range"), range.hasPrefix("bytes \(asked)-") else {
            throw WorkerAPIError(.refused, "the server sent another range than bytes \(asked)-")
        }
        guard range.hasSuffix("/\(job.sourceBytes)") else { throw Self.changed }
        return asked
    }

    private func write(_ pending: inout ByteBuffer, to file: SystemPackage.FileDescriptor, at written: inout Int64)
        async throws
    {
        guard pending.readableBytes > 0 else { return }
        let offset = written
        let content = pending
        guard offset + Int64(content.readableBytes) <= job.sourceBytes else { throw Self.changed }
        _ = try await blocking {
            try content.withUnsafeReadableBytes { try file.writeAll(toAbsoluteOffset: offset, $0) }
        }
        written += Int64(content.readableBytes)
        pending.clear()
    }

    private static let changed = WorkerAPIError(.sourceChanged, "the source is not the file that the claim named")

    private static func failure(_ error: any Error) -> any Error {
        switch error {
        case let error as WorkerAPIError where error.code == .sourceChanged:
            JobFailure(
                .internal,
                "The source was replaced while it was being read. The next attempt will read the new file.",
                cause: error
            )
        case let error as WorkerAPIError where error.code == .notFound:
            JobFailure(.badInput, "The source file is no longer on the server. Upload the video again.", cause: error)
        case let error as Errno where error.isFullDisk:
            JobFailure.scratchFull(cause: error)
        default: error
        }
    }
}
