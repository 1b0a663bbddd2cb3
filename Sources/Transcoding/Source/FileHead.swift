import SystemPackage
import ThreadExecutor
import VLogCore

/// The first bytes of a file, read on a thread of its own, because a disk may take its time.
actor FileHead {
    private let thread = ThreadExecutor(name: "file-head")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    static func read(_ file: FilePath, length: Int) async throws -> [UInt8] {
        try await FileHead().bytes(of: file, length: length)
    }

    private func bytes(of file: FilePath, length: Int) throws -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec, .nonBlocking])
            return try descriptor.closeAfter {
                try [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
                    count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
        } catch let error as Errno {
            throw TranscodeError(.internal, "The source cannot be opened.", cause: error)
        }
    }
}
