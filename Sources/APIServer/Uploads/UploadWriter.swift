import NIOCore
import NIOPosix

/// Writes an upload's content to its file in large pieces, one of them under way while the next one fills. Two buffers
/// are all the memory that it takes, however long the file is.
struct UploadWriter {
    /// Bytes per write: large enough that the cost of a call does not count.
    static let batch = 512 << 10
    /// Room is set aside in such steps when nobody said how long the upload is.
    static let reservationStep: Int64 = 256 << 20

    let file: IncomingFile
    let room: DiskRoom
    let threads: NIOThreadPool
    private(set) var length: Int64 = 0
    private var reserved: Int64 = 0
    /// Promised to us, but not set aside by the file system.
    private var promised: Int64 = 0

    init(file: IncomingFile, room: DiskRoom, threads: NIOThreadPool) {
        self.file = file
        self.room = room
        self.threads = threads
    }

    /// Sets room aside for bytes still to come.
    mutating func reserve(_ count: Int64) async throws {
        let (file, room, offset) = (file, room, reserved)
        promised += try await threads.runIfActive { try file.reserve(count, from: offset, in: room) }
        reserved += count
    }

    /// Gives back what the file system could not set aside; call it once, at the end.
    func release() { room.release(promised) }

    /// Writes all that `next` returns, in order, until it returns nil.
    mutating func write(_ next: () async throws -> ByteBuffer?) async throws {
        // One child at most: the write under way. It hands its buffer back to be filled again.
        try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
            var filling = ByteBufferAllocator().buffer(capacity: UploadWriter.batch)
            while let content = try await next() {
                filling.writeImmutableBuffer(content)
                if filling.readableBytes >= UploadWriter.batch { try await flush(&filling, in: &group) }
            }
            if filling.readableBytes > 0 { try await flush(&filling, in: &group) }
            _ = try await group.next()
        }
    }

    private mutating func flush(
        _ filling: inout ByteBuffer,
        in group: inout ThrowingTaskGroup<ByteBuffer, any Error>
    ) async throws {
        var free = try await group.next() ?? ByteBufferAllocator().buffer(capacity: UploadWriter.batch)
        free.clear()
        let full = filling
        filling = free
        let offset = length
        length += Int64(full.readableBytes)
        if length > reserved { try await reserve(max(length - reserved, UploadWriter.reservationStep)) }
        let (file, room, threads) = (file, room, threads)
        group.addTask {
            try await threads.runIfActive { try file.write(full, at: offset, in: room) }
            return full
        }
    }
}
