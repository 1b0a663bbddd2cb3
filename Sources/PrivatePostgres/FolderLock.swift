import Glibc
import Synchronization
import SystemPackage

/// Keeps a second process from serving, and in the end stopping, the same server. The kernel lets go of it when we die.
final class FolderLock: Sendable {
    private let descriptor = Mutex<Int32?>(nil)

    deinit { release() }

    /// - Throws: `folderInUse` when another process has it.
    func acquire(_ path: FilePath) throws(PrivatePostgresError) {
        try descriptor.withLock { (held) throws(PrivatePostgresError) in
            guard held == nil else { return }
            let opened = open(path.string, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard opened >= 0 else {
                throw PrivatePostgresError(.folderNotUsable, "cannot open \(path): \(String(cString: strerror(errno)))")
            }
            guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
                close(opened)
                throw PrivatePostgresError(
                    .folderInUse,
                    "another vlog already uses \(path.removingLastComponent())"
                )
            }
            held = opened
        }
    }

    func release() {
        descriptor.withLock { held in
            if let held { close(held) }
            held = nil
        }
    }
}
