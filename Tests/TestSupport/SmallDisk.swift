import Glibc
import SystemPackage

/// A file system in memory that is soon full.
package enum SmallDisk {
    package static var isPossible: Bool { geteuid() == 0 }

    /// Mounted at `path`, whose parent is there, while `body` runs.
    package static func with(bytes: Int, at path: FilePath, _ body: (FilePath) async throws -> Void) async throws {
        mkdir(path.string, 0o755)
        guard mount("tmpfs", path.string, "tmpfs", 0, "size=\(bytes)") == 0 else {
            throw TestSupportError("cannot mount: \(String(cString: strerror(errno)))")
        }
        do {
            try await body(path)
            umount2(path.string, Int32(MNT_DETACH))
        } catch {
            umount2(path.string, Int32(MNT_DETACH))
            throw error
        }
    }
}
