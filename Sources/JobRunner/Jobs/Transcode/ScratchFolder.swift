import Foundation
import Glibc
import SystemPackage
import VLogCore

/// The runner's own folder, one folder in it per attempt. Whoever opens it owns it alone until it is closed: the lock
/// goes with the process, however that ends. All methods block and are called through `blocking`.
struct ScratchFolder: Sendable {
    private let root: FilePath
    private let lock: FileDescriptor

    /// Makes the folder if need be and takes its lock.
    init(opening root: FilePath) throws(RunnerError) {
        self.root = root
        do {
            try FileManager.default.createDirectory(atPath: root.string, withIntermediateDirectories: true)
            lock = try FileDescriptor.open(
                root.appending(".lock"),
                .readWrite,
                options: [.create, .closeOnExec],
                permissions: .ownerReadWrite
            )
        } catch {
            throw RunnerError(.scratchUnusable, "cannot use \(root) as scratch folder", cause: error)
        }
        guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            try? lock.close()
            throw RunnerError(.scratchInUse, "another runner works in \(root); give this one a folder of its own")
        }
    }

    func close() { try? lock.close() }

    /// Removes what a killed runner left; gives the names of it.
    func sweep() throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: root.string)
        let leftovers = names.filter { $0.hasPrefix("job-") && $0.contains("-attempt-") }
        for name in leftovers { try FileManager.default.removeItem(atPath: root.appending(name).string) }
        return leftovers
    }

    func make(for job: ClaimedJob) throws -> FilePath {
        let folder = root.appending("job-\(job.jobID)-attempt-\(job.attempt)")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        return folder
    }

    func remove(_ folder: FilePath) throws { try FileManager.default.removeItem(atPath: folder.string) }

    /// Writes a whole file, over the one that is there. The folders above it are made.
    static func write(_ content: [UInt8], to file: FilePath) throws {
        let folder = file.removingLastComponent().string
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let descriptor = try FileDescriptor.open(
            file,
            .writeOnly,
            options: [.create, .truncate, .closeOnExec],
            permissions: .ownerReadWrite
        )
        _ = try descriptor.closeAfter { try descriptor.writeAll(content) }
    }

    /// Bytes that an unprivileged process can still write here.
    func freeBytes() throws -> Int64 {
        var information = statvfs()
        guard statvfs(root.string, &information) == 0 else { throw Errno(rawValue: errno) }
        return Int64(clamping: UInt64(information.f_bavail) * UInt64(information.f_frsize))
    }
}
