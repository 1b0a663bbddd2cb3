import Crypto
import NIOCore
import Synchronization
import SystemPackage

/// A file being written, and the SHA-256 of what is in it so far. All calls block; one at a time.
final class HashedFile: Sendable {
    let path: FilePath
    private let descriptor: SystemPackage.FileDescriptor
    private let hash = Mutex(SHA256())

    init(_ path: FilePath) throws(StorageError) {
        descriptor = try Disk.create(path)
        self.path = path
    }

    deinit {
        // All that could be lost is an error that `finish` would have met.
        try? descriptor.close()
    }

    func append(_ bytes: ByteBuffer) throws(StorageError) {
        do {
            try bytes.withUnsafeReadableBytes(append)
        } catch {
            throw StorageError("write \(path)", Errno(error))
        }
    }

    func append(_ bytes: ArraySlice<UInt8>) throws(StorageError) {
        do {
            try bytes.withUnsafeBytes(append)
        } catch {
            throw StorageError("write \(path)", Errno(error))
        }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws {
        hash.withLock { $0.update(bufferPointer: bytes) }
        _ = try descriptor.writeAll(bytes)
    }

    /// Waits until all is on the disk, and returns the SHA-256.
    func finish() throws(StorageError) -> [UInt8] {
        try Disk.sync(path)
        return Array(hash.withLock { $0.finalize() })
    }

    func discard() { Disk.remove(path) }
}
