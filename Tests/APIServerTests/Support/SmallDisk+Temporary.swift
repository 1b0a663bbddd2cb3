import SystemPackage
import TestSupport

/// Calls `body` with a disk of its own, of this size.
func withSmallDisk(bytes: Int, _ body: (FilePath) async throws -> Void) async throws {
    try await withTemporaryDirectory { folder in
        try await SmallDisk.with(bytes: bytes, at: folder.appending("disk"), body)
    }
}
