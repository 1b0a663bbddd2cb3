import CLinux
import Glibc
import NIOCore
import SystemPackage

/// A regular file that somebody else wrote, open for reading; closed with its last reference. All calls block.
final class OpenRegularFile: Sendable {
    private let descriptor: SystemPackage.FileDescriptor
    let facts: Stat

    /// Closes the descriptor and is nil when it is of anything but a regular file.
    init?(adopting descriptor: SystemPackage.FileDescriptor) {
        guard let facts = try? Stat(descriptor), facts.type == .regular else {
            try? descriptor.close()
            return nil
        }
        self.descriptor = descriptor
        self.facts = facts
    }

    deinit { try? descriptor.close() }

    /// Whether anybody has it open for writing at this moment.
    func writers() -> Writers {
        switch vlog_try_read_lease(descriptor.rawValue) {
        case 0: .nobody
        case EAGAIN: .somebody
        default: .unknown
        }
    }

    /// No other name leads to these bytes.
    func hasOneName() -> Bool { (try? Stat(descriptor))?.linkCount == 1 }

    /// Makes the file the server's own: its user, and readable. False when it belongs to somebody else and must stay so.
    func makeOurs() -> Bool {
        if facts.userID.rawValue != geteuid(), fchown(descriptor.rawValue, geteuid(), getegid()) != 0 { return false }
        return fchmod(descriptor.rawValue, 0o644) == 0
    }

    /// What it is now is what it was when it was opened, to the byte, as far as its times tell.
    func isUnchanged() -> Bool {
        guard let now = try? Stat(descriptor) else { return false }
        return FileState(now).hasSameBytes(as: FileState(facts))
    }

    /// The next bytes from an offset on; empty at the end.
    func read(at offset: Int64, upTo count: Int) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            try descriptor.read(
                fromAbsoluteOffset: offset,
                into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
            )
        }
        return buffer
    }
}

/// Whether a file is open for writing anywhere.
enum Writers {
    case nobody, somebody
    /// The file is another user's, or the disk is one that does not tell.
    case unknown
}
