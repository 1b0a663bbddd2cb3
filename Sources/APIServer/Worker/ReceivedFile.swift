import HTTPTypes
import SystemPackage
import VLogCore

/// A file of a job that is whole, checked, on the disk, and not yet in its place.
struct ReceivedFile: Sendable {
    let file: OutputFileBody
    let temporary: FilePath

    /// Gives the file its place. May be called again when it is there already.
    func place(in layout: OutputLayout, of storage: Storage) async throws {
        let (temporary, target) = (temporary, layout.location(of: file.path))
        try await APIError.translatingFullDisk {
            try await storage.run { _ in
                guard Disk.exists(temporary) else { return }
                try Disk.makeFolders(target.removingLastComponent())
                try Disk.rename(temporary, to: target)
            }
        }
    }

    func discard(from storage: Storage) async {
        let temporary = temporary
        await storage.clean { Disk.remove(temporary) }
    }
}

extension APIError {
    /// Makes 507 of a disk that is full.
    static func translatingFullDisk<Value>(_ body: () async throws -> Value) async throws -> Value {
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

extension OutputPath {
    /// Bytes of the longest file of its kind that is taken.
    var sizeLimit: Int64 {
        switch kind {
        case .segment, .transportSegment, .mp4: 512 << 20
        case .hlsPlaylist, .dashManifest, .webVTT, .jpeg: 16 << 20
        }
    }

    /// 413 for a file that is longer.
    var tooLong: APIError {
        APIError(
            .contentTooLarge,
            "\(self): a file of this kind has at most \(sizeLimit >> 20) MiB.",
            code: "too_large"
        )
    }
}

extension [UInt8] {
    /// In lower case, as digests are told.
    var hexadecimal: String { map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
}
