import CLinux
import Foundation
import Glibc
import HTTPTypes
import Synchronization
import SystemPackage

/// Sees to it that there is room on the disk before bytes are taken, whatever else is being uploaded.
final class DiskRoom: Sendable {
    let folder: FilePath
    let margin: Int64
    /// Bytes that were promised to uploads and that the disk does not yet count as used.
    private let promised = Mutex<Int64>(0)

    init(folder: FilePath, margin: Int64) {
        self.folder = folder
        self.margin = margin
    }

    /// Makes room for `count` bytes of the file from `offset` on, or throws 507. Returns how many bytes stay promised
    /// because the file system cannot set them aside; give those back with `release`. Blocks.
    func reserve(_ count: Int64, of file: FileDescriptor, from offset: Int64) throws -> Int64 {
        try promise(count)
        if vlog_fallocate_keep_size(file.rawValue, Int(offset), Int(count)) == 0 {
            release(count)
            return 0
        }
        let error = Errno(rawValue: errno)
        guard error == .notSupported || error == .invalidArgument else {
            release(count)
            throw error.isNoSpace ? refusal(needed: count, free: try freeBytes()) : error
        }
        return count
    }

    /// Throws 507 when a file of so many bytes would not find room now. Blocks.
    func require(_ count: Int64) throws {
        try promise(count)
        release(count)
    }

    func release(_ count: Int64) { promised.withLock { $0 -= count } }

    private func promise(_ count: Int64) throws {
        let free = try freeBytes()
        let fits = promised.withLock { promised in
            guard count + margin + promised <= free else { return false }
            promised += count
            return true
        }
        guard fits else { throw refusal(needed: count, free: free - promised.withLock { $0 }) }
    }

    private func freeBytes() throws(StorageError) -> Int64 { try Disk.freeBytes(at: folder) }

    /// 507 with the numbers that tell an admin what to do.
    func refusal(needed: Int64, free: Int64) -> APIError {
        let (needed, free, kept) = (DiskRoom.text(needed), DiskRoom.text(max(0, free)), DiskRoom.text(margin))
        return APIError(
            .insufficientStorage,
            "There is not enough room on the server's disk: the upload needs \(needed), \(free) are free, and \(kept) "
                + "of them are kept free for transcoding.",
            code: "no_space"
        )
    }

    static func text(_ bytes: Int64) -> String { bytes.formatted(.byteCount(style: .file)) }
}

extension Errno {
    var isNoSpace: Bool { self == .noSpace || self == .diskQuotaExceeded }
}
