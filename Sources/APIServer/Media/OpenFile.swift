import Glibc
import NIOCore
import SystemPackage

/// A regular file, open for reading; closed with its last reference, so that a response which is dropped, cancelled
/// or cut off leaks nothing.
package final class OpenFile: Sendable {
    let handle: NIOFileHandle
    package let size: Int64
    /// Of inode, size and time of change in nanoseconds: files are replaced by renaming, never written in place.
    package let tag: EntityTag

    /// Blocks for as long as the disk does. Links and folders are refused as if they were not there.
    package init(_ path: FilePath) throws(StorageError) {
        let (descriptor, facts) = try Disk.open(path)
        handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor.rawValue)
        size = facts.size
        tag = EntityTag(facts)
    }

    deinit {
        do {
            try handle.close()
        } catch {
            // Busy is impossible, as a region in use holds this object; any other failure closes it all the same.
        }
    }
}

extension EntityTag {
    fileprivate init(_ facts: Stat) {
        let time = facts.st_mtim
        let parts = [UInt64(facts.inode.rawValue), UInt64(facts.size), UInt64(time.tv_sec), UInt64(time.tv_nsec)]
        self.init(opaque: parts.map { String($0, radix: 36) }.joined(separator: "-"))
    }
}
