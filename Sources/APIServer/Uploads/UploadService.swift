import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import NIOCore
import NIOPosix
import Observability
import Postgres
import Synchronization
import SystemPackage
import Transcoding
import VLogCore

/// Takes an upload in: streams it to the disk, checks it, and makes it a video with its first job. When anything goes
/// wrong on the way, nothing stays behind: no file, no row.
package final class UploadService: Sendable {
    let storage: Storage
    let room: DiskRoom
    private let catalog: Catalog
    private let probe: MediaProbe
    private let limits: ServerLimits
    private let profile: TranscodeProfile
    private let underWay = Mutex(0)

    package init(catalog: Catalog, storage: Storage, tools: MediaTools, configuration: ServerConfiguration) {
        self.catalog = catalog
        self.storage = storage
        probe = MediaProbe(tools: tools)
        limits = configuration.limits
        profile = configuration.profile
        room = DiskRoom(folder: storage.incoming, margin: limits.freeBytesMargin)
    }

    /// Removes what uploads of a killed server left behind; run it before the server takes the first one.
    package func sweep(logger: Logger) async throws {
        let count = try await storage.run { try IncomingFile.sweep($0.incoming) }
        if count > 0 { logger.info("unfinished uploads removed", metadata: ["count": "\(count)"]) }
    }

    /// What is known of an upload before its first byte.
    package struct Announcement: Sendable {
        let boundary: String
        /// `Content-Length`; nil when the body is chunked.
        let length: Int64?
    }

    /// Receives one upload. `accept` is called once the upload may begin: no byte has been taken until then.
    package func receive(
        _ announcement: Announcement,
        body: some AsyncSequence<ByteBuffer, any Error>,
        accept: () async throws -> Void,
        logger: Logger
    ) async throws -> VideoID {
        try refuseIfTooLong(announcement.length ?? 0)
        try begin()
        defer { underWay.withLock { $0 -= 1 } }
        let file = try await storage.run { try IncomingFile(in: $0.incoming) }
        return try await discarding(file) {
            var writer = UploadWriter(file: file, room: room, threads: storage.threads)
            defer { writer.release() }
            if let length = announcement.length { try await writer.reserve(length) }
            try await accept()
            let fields = try await take(body, boundary: announcement.boundary, into: &writer)
            if let category = fields.categoryID, try await catalog.categories.find(category) == nil {
                throw APIError.badField("category_id", "there is no category \(category).")
            }
            let length = writer.length
            try await storage.run { _ in try file.finish(length: length) }
            return try await publish(file, fields, length: length, logger: logger)
        }
    }

    /// Counts how an upload ended: `accepted`, or the status of its refusal.
    func count(_ outcome: String) {
        Counter(label: MetricName.uploads.rawValue, dimensions: [("outcome", outcome)]).increment()
    }

    func count(bytes: Int64) { Counter(label: MetricName.uploadBytes.rawValue).increment(by: bytes) }

    private func begin() throws {
        let isFree = underWay.withLock { count in
            guard count < limits.concurrentUploads else { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw APIError(
                .serviceUnavailable,
                "\(limits.concurrentUploads) uploads are under way, which is the most at once; try again in a minute.",
                code: "busy",
                headers: [.retryAfter: "60"]
            )
        }
    }

    func refuseIfTooLong(_ length: Int64) throws {
        guard length > limits.uploadBytes else { return }
        throw APIError(
            .contentTooLarge,
            "The upload is longer than \(DiskRoom.text(limits.uploadBytes)), which is the most that this server takes.",
            code: "too_large"
        )
    }

    /// Runs `body`, and takes the file's name in `uploads/.incoming` away at the end, whatever happened.
    func discarding<Value>(_ file: IncomingFile, after body: () async throws -> Value) async throws -> Value {
        do {
            let value = try await body()
            await discard(file)
            return value
        } catch {
            await discard(file)
            throw error
        }
    }

    private func discard(_ file: IncomingFile) async { await storage.clean { file.discard() } }

    /// Reads the form to its end, the file's content going to the disk meanwhile.
    private func take(
        _ body: some AsyncSequence<ByteBuffer, any Error>,
        boundary: String,
        into writer: inout UploadWriter
    ) async throws -> UploadFields {
        var form = UploadForm()
        var parser = MultipartParser(boundary: boundary)
        var pieces = body.makeAsyncIterator()
        var events = ArraySlice<MultipartEvent>()
        var total: Int64 = 0
        try await writer.write {
            while true {
                while let event = events.popFirst() {
                    if let content = try form.take(event) { return content }
                }
                guard let piece = try await pieces.next(isolation: #isolation) else { return nil }
                total += Int64(piece.readableBytes)
                try refuseIfTooLong(total)
                events = try parser.append(piece)[...]
            }
        }
        try parser.finish()
        let fields = try form.fields()
        count(bytes: total)
        return fields
    }

    /// Checks the file, and makes it a video.
    func publish(
        _ file: IncomingFile,
        _ fields: UploadFields,
        length: Int64,
        logger: Logger
    ) async throws -> VideoID {
        let source = try await probe.probe(file.path)
        var new = NewVideo(fields, source: source, bytes: length, tag: file.tag, profile: profile)
        new.traceID = logger[metadataKey: "request.id"]?.description ?? UUID().uuidString.lowercased()
        var placed: (id: VideoID, path: FilePath)?
        do {
            let id = try await catalog.videos.create(new) { id in
                // Called again when the transaction is: the file of the former id has no row.
                if let former = placed { try await storage.run { _ in Disk.remove(former.path) } }
                let path = storage.sourceFile(id, extension: new.sourceExtension)
                placed = (id, path)
                try await storage.run { _ in try file.link(to: path) }
            }
            logger.info(
                "video uploaded",
                metadata: ["video.id": "\(id)", "bytes": "\(length)", "trace.id": "\(new.traceID ?? "")"]
            )
            return id
        } catch {
            guard let placed else { throw error }
            // When the connection broke during the commit, only the database knows its outcome. If that cannot be asked,
            // its error comes out, and the file waits for the sweep, which compares files with rows.
            if try await catalog.videos.admin(placed.id) != nil { return placed.id }
            try await storage.run { _ in Disk.remove(placed.path) }
            throw error
        }
    }
}

extension NewVideo {
    fileprivate init(_ fields: UploadFields, source: ProbedSource, bytes: Int64, tag: String, profile: TranscodeProfile)
    {
        self.init(
            title: fields.title,
            description: fields.description,
            categoryID: fields.categoryID,
            published: fields.isPublished,
            source: SourceBody(
                filename: fields.file.name,
                bytes: bytes,
                width: source.video.displaySize.width,
                height: source.video.displaySize.height,
                duration: source.duration,
                videoCodec: source.video.codec,
                audioCodec: source.audio.first?.codec
            ),
            sourceIsHDR: source.video.dynamicRange != .standard,
            // The container that was found, not the name that somebody gave.
            sourceExtension: source.container.allowedExtensions.contains(fields.file.suffix)
                ? fields.file.suffix : source.container.allowedExtensions[0],
            sourceETag: tag,
            profile: profile
        )
    }
}
