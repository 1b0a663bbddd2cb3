import Crypto
import HTTPTypes
import Hummingbird
import NIOCore
import SystemPackage
import VLogCore

/// Takes one file of a job in: to a hidden file beside the job's manifests first, and from there, whole and checked, to
/// its place. Nothing half-written is ever in a place where it could be served.
struct OutputReceiver: Sendable {
    /// Bytes that are hashed and written at once.
    private static let batch = 1 << 20

    let storage: Storage
    let layout: OutputLayout
    let path: OutputPath

    /// Throws 400 when the body's SHA-256 is not `digest`, 413 when it is too long, 507 when the disk is full.
    func receive(_ request: Request, digest: [UInt8]) async throws -> ReceivedFile {
        let length = request.headers[.contentLength].flatMap { Int64($0) }
        try refuseIfTooLong(length ?? 0)
        let staging = layout.staging
        let file = try await APIError.translatingFullDisk {
            try await storage.run { _ in
                try Disk.makeFolders(staging)
                return try HashedFile(Disk.temporaryName(beside: staging.appending("part")))
            }
        }
        do {
            return try await APIError.translatingFullDisk { try await fill(file, from: request.body, digest: digest) }
        } catch {
            await storage.clean { file.discard() }
            throw error
        }
    }

    private func fill(_ file: HashedFile, from body: RequestBody, digest: [UInt8]) async throws -> ReceivedFile {
        var pending = ByteBuffer()
        var total: Int64 = 0
        for try await var piece in body {
            total += Int64(piece.readableBytes)
            try refuseIfTooLong(total)
            pending.writeBuffer(&piece)
            guard pending.readableBytes >= Self.batch else { continue }
            let batch = pending
            pending = ByteBuffer()
            try await storage.run { _ in try file.append(batch) }
        }
        let rest = pending
        let actual = try await storage.run { _ in
            try file.append(rest)
            return try file.finish()
        }
        guard actual == digest else { throw mismatch(actual) }
        let written = OutputFileBody(path: path, bytes: total, sha256: actual.hexadecimal)
        return ReceivedFile(file: written, temporary: file.path)
    }

    private func refuseIfTooLong(_ length: Int64) throws {
        if length > path.sizeLimit { throw path.tooLong }
    }

    private func mismatch(_ actual: [UInt8]) -> APIError {
        .badField("Digest", "is not that of the body, whose SHA-256 is \(actual.hexadecimal).")
    }
}
