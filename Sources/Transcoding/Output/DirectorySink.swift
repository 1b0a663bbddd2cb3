import Foundation
import SystemPackage
import ThreadExecutor
import VLogCore

/// Writes below a folder: each file beside its place first, then renamed, so that none is ever seen half.
package actor DirectorySink: OutputSink {
    private let thread = ThreadExecutor(name: "directory-sink")
    private let folder: FilePath
    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameter folder: made when the first file comes.
    package init(folder: FilePath) { self.folder = folder }

    /// Throws `no_space` when the disk is full, `internal` for any other trouble with it; nothing half is left.
    package func put(_ path: OutputPath, _ bytes: [UInt8]) async throws {
        let target = folder.appending(path.rawValue)
        let temporary = FilePath(target.string + ".tmp")
        do {
            try FileManager.default.createDirectory(
                atPath: target.removingLastComponent().string,
                withIntermediateDirectories: true
            )
            try write(bytes, to: temporary)
            guard rename(temporary.string, target.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(temporary.string)
            throw DirectorySink.explain(error)
        }
    }

    private func write(_ bytes: [UInt8], to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        try file.closeAfter { _ = try file.writeAll(bytes) }
    }

    private static func explain(_ error: any Error) -> TranscodeError {
        let isFull =
            [Errno.noSpace, .diskQuotaExceeded].contains { $0 == error as? Errno }
            || (error as? CocoaError)?.code == .fileWriteOutOfSpace
        return isFull
            ? TranscodeError(.noSpace, "The disk for the finished video is full.", cause: error)
            : TranscodeError(.internal, "The finished video cannot be written.", cause: error)
    }
}
