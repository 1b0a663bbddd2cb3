import CLinux
import Foundation
import Glibc
import NIOCore
import SystemPackage

/// The file that an upload is written into, under a name of its own in `uploads/.incoming`. It is locked for as long as
/// this process holds it, so that a sweep can tell leftovers from uploads under way. All calls block; one at a time.
final class IncomingFile: Sendable {
    let path: FilePath
    /// Identifies these bytes for ever: a source never changes.
    let tag: String
    private let descriptor: SystemPackage.FileDescriptor

    /// A new and empty file.
    convenience init(in folder: FilePath) throws {
        try self.init(in: folder, tag: UUID().uuidString.lowercased(), options: [.create, .exclusiveCreate])
    }

    /// A file under the tag that it shall have: that which is there, or with `.create` a new and empty one.
    init(in folder: FilePath, tag: String, options: SystemPackage.FileDescriptor.OpenOptions) throws {
        self.tag = tag
        path = folder.appending(tag)
        descriptor = try FileDescriptor.open(
            path,
            .readWrite,
            options: options.union([.closeOnExec, .noFollow]),
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        _ = flock(descriptor.rawValue, LOCK_EX | LOCK_NB)
    }

    deinit { try? descriptor.close() }

    /// Sets room aside; see `DiskRoom.reserve`.
    func reserve(_ count: Int64, from offset: Int64, in room: DiskRoom) throws -> Int64 {
        try room.reserve(count, of: descriptor, from: offset)
    }

    /// Writes the whole buffer, and asks the kernel to begin with the disk's part of it, so that the sync at the end
    /// does not find gigabytes to do.
    func write(_ buffer: ByteBuffer, at offset: Int64, in room: DiskRoom) throws {
        do {
            try buffer.withUnsafeReadableBytes { bytes in
                _ = try descriptor.writeAll(toAbsoluteOffset: offset, bytes)
            }
        } catch let error as Errno where error.isNoSpace {
            throw room.refusal(needed: Int64(buffer.readableBytes), free: try Disk.freeBytes(at: room.folder))
        }
        _ = vlog_start_writeback(descriptor.rawValue, Int(offset), buffer.readableBytes)
    }

    /// Gives back what was set aside beyond the file's end, and waits until all is on the disk.
    func finish(length: Int64) throws {
        guard ftruncate(descriptor.rawValue, off_t(length)) == 0, fsync(descriptor.rawValue) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Gives the file its final name; the name is on the disk when this returns.
    func link(to target: FilePath) throws {
        let result = path.withPlatformString { old in target.withPlatformString { new in Glibc.link(old, new) } }
        guard result == 0 else { throw StorageError("link upload to \(target)", Errno(rawValue: errno)) }
        try Disk.sync(target.removingLastComponent())
    }

    /// Takes the name in `.incoming` away; the bytes go too unless they have their final name.
    func discard() { Disk.remove(path) }
}

extension IncomingFile {
    /// Removes what uploads of a killed server left; returns how many. Uploads of other processes that still run hold
    /// their locks, and stay. Blocks.
    static func sweep(_ folder: FilePath) throws -> Int {
        var count = 0
        for name in try Disk.names(in: folder) {
            let path = folder.appending(name)
            // What cannot be opened has gone meanwhile, or is not ours to remove.
            guard let descriptor = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow]) else {
                continue
            }
            try descriptor.closeAfter {
                guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else { return }
                Disk.remove(path)
                count += 1
            }
        }
        return count
    }
}
