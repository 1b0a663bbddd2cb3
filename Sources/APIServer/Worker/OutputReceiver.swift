import Crypto
import HTTPTypes
import Hummingbird
import NIOCore
import SystemPackage
import VLogCore

/// Takes one file of a job in: to a hidden file beside the job's manifests first, and from there, whole and checked, to
/// its place. Nothing half-written is ever in a place where it could be served.
struct OutputReceiver: Sendable {
    /// A file that is whole, checked, on the disk, and not yet in its place.
    struct Received: Sendable {
        let file: OutputFileBody
        let temporary: FilePath
    }

    /// Bytes that are hashed and written at once.
    private static let batch = 1 << 20

    let storage: Storage
    let layout: OutputLayout
    let path: OutputPath
    let limit: Int64

    /// Throws 400 when the body's SHA-256 is not `digest`, 413 when it is too long, 507 when the disk is full.
    func receive(_ request: Request, digest: [UInt8]) async throws -> Received {
        let length = request.headers[.contentLength].flatMap { Int64($0) }
        try refuseIfTooLong(length ?? 0)
        let staging = layout.staging
        let file = try await translatingFullDisk {
            try await storage.run { _ in
                try Disk.makeFolders(staging)
                return try HashedFile(Disk.temporaryName(beside: staging.appending("part")))
            }
        }
        do {
            return try await translatingFullDisk { try await fill(file, from: request.body, digest: digest) }
        } catch {
            await storage.clean { file.discard() }
            throw error
        }
    }

    /// Gives the file its place. May be called again when it is there already.
    func place(_ received: Received) async throws {
        let target = layout.location(of: path)
        try await translatingFullDisk {
            try await storage.run { _ in
                guard Disk.exists(received.temporary) else { return }
                try Disk.makeFolders(target.removingLastComponent())
                try Disk.rename(received.temporary, to: target)
            }
        }
    }

    func discard(_ received: Received) async { await storage.clean { Disk.remove(received.temporary) } }

    private func fill(_ file: HashedFile, from body: RequestBody, digest: [UInt8]) async throws -> Received {
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
        let written = OutputFileBody(path: path, bytes: total, sha256: actual.map(\.hexadecimal).joined())
        return Received(file: written, temporary: file.path)
    }

    private func refuseIfTooLong(_ length: Int64) throws {
        guard length > limit else { return }
        throw APIError(
            .contentTooLarge,
            "\(path): a file of this kind has at most \(limit >> 20) MiB.",
            code: "too_large"
        )
    }

    private func mismatch(_ actual: [UInt8]) -> APIError {
        .badField("Digest", "is not that of the body, whose SHA-256 is \(actual.map(\.hexadecimal).joined()).")
    }

    private func translatingFullDisk<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as StorageError where error.code == .noSpace {
            throw APIError(
                .insufficientStorage,
                "The server's storage is full; the file was not kept. Make room, then retry.",
                code: "no_space",
                cause: error
            )
        }
    }
}

extension UInt8 {
    fileprivate var hexadecimal: String { String(self >> 4, radix: 16) + String(self & 15, radix: 16) }
}
