import Glibc
import SystemPackage

/// The right to work on one claimed file, for as long as this object, or at most this process, lives. Blocks.
final class WorkLock: Sendable {
    let name: FilePath.Component
    private let folder: OpenFolder
    private let descriptor: FileDescriptor

    /// Nil when somebody else has the right, or had it a moment ago and is done.
    init?(_ name: FilePath.Component, in folder: OpenFolder) throws(StorageError) {
        let descriptor = try folder.openOrCreate(name, mode: 0o600)
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let error = Errno(rawValue: errno)
            try? descriptor.close()
            // Without locks, two servers could make two videos of one file.
            guard error == .wouldBlock else { throw StorageError("lock \(name)", error) }
            return nil
        }
        // Its holder removes the file when it is done; who opened it before that has locked nothing.
        guard let facts = try? Stat(descriptor), facts.linkCount > 0 else {
            try? descriptor.close()
            return nil
        }
        self.name = name
        self.folder = folder
        self.descriptor = descriptor
    }

    deinit { try? descriptor.close() }

    /// The work is done, and nobody needs the right again.
    func retire() { folder.remove(name) }
}
