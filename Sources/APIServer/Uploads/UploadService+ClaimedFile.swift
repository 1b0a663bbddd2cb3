import HTTPTypes
import Logging
import NIOCore
import SystemPackage
import VLogCore

extension UploadService {
    /// Makes a file of this machine a video, as if it had been uploaded under its name: the same checks, limits and
    /// sentences. On the storage's own disk no byte is moved. Nil when it is no regular file; when it throws, the file is
    /// where it was. May be called again for the same file, unless there is a video with its tag.
    func take(_ file: ClaimedFile, logger: Logger) async throws -> VideoID? {
        do {
            guard let source = try await open(file) else { return nil }
            let fields = try UploadFields(UploadedName(file.name.string))
            let length = source.facts.size
            try refuseIfTooLong(length)
            let (incoming, isLinked) = try await incoming(source, of: file)
            let id = try await discarding(incoming) {
                if !isLinked { try await copy(source, to: incoming) }
                try await storage.run { _ in try incoming.finish(length: length) }
                return try await publish(incoming, fields, length: length, logger: logger)
            }
            count("accepted")
            count(bytes: length)
            return id
        } catch {
            count("\(APIError(any: error).status.code)")
            throw error
        }
    }

    private func open(_ file: ClaimedFile) async throws -> OpenRegularFile? {
        do {
            return try await storage.run { _ in try file.open() }
        } catch let error as StorageError where error.cause == .permissionDenied {
            let sentence = "The server may not read this file; let the user that VLog runs as read it."
            throw APIError(.forbidden, sentence, cause: error)
        }
    }

    /// The file in `uploads/.incoming` under its tag: the same bytes where that is possible, else empty.
    private func incoming(
        _ source: OpenRegularFile,
        of file: ClaimedFile
    ) async throws -> (file: IncomingFile, isLinked: Bool) {
        let (room, tag) = (room, file.tag.description)
        return try await storage.run { storage in
            let path = storage.incoming.appending(tag)
            // What a killed server left of the same file, which is ours alone now.
            Disk.remove(path)
            // A source never changes, so nobody else may have a name for it, or the right to write to it.
            if source.hasOneName(), source.makeOurs() {
                try room.require(0)
                if try file.link(to: path) {
                    return (try IncomingFile(in: storage.incoming, tag: tag, options: []), true)
                }
            }
            return (try IncomingFile(in: storage.incoming, tag: tag, options: [.create, .exclusiveCreate]), false)
        }
    }

    private func copy(_ source: OpenRegularFile, to incoming: IncomingFile) async throws {
        var writer = UploadWriter(file: incoming, room: room, threads: storage.threads)
        defer { writer.release() }
        try await writer.reserve(source.facts.size)
        var offset: Int64 = 0
        try await writer.write {
            let (storage, start) = (storage, offset)
            let piece = try await storage.run { _ in try source.read(at: start, upTo: UploadWriter.batch) }
            offset += Int64(piece.readableBytes)
            return piece.readableBytes > 0 ? piece : nil
        }
        guard offset == source.facts.size, try await storage.run({ _ in source.isUnchanged() }) else {
            throw APIError(.conflict, "The file was changed while it was copied.")
        }
    }
}
