import Glibc
import SystemPackage

/// What shows that a file was written to.
struct FileState: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    /// Seconds and nanoseconds.
    let modified: [Int]
    /// Of anything about it: a copying program can set `modified` to what it likes, but not this.
    let changed: [Int]

    init(_ facts: Stat) {
        device = UInt64(facts.deviceID.rawValue)
        inode = UInt64(facts.inode.rawValue)
        size = facts.size
        modified = [facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec]
        changed = [facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec]
    }

    /// Whatever became of what is in it.
    func isSameFile(as other: FileState) -> Bool { device == other.device && inode == other.inode }

    /// Another name or another owner changes no byte.
    func hasSameBytes(as other: FileState) -> Bool {
        (device, inode, size) == (other.device, other.inode, other.size) && modified == other.modified
    }
}
