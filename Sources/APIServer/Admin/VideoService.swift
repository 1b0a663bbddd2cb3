import Catalog
import HTTPTypes
import Logging
import VLogCore

/// The rules by which admins list, edit, delete, restore and retry videos.
struct VideoService: Sendable {
    let videos: VideoQueries
    let storage: Storage
    let profile: TranscodeProfile

    init(_ services: ServerServices) {
        videos = services.catalog.videos
        storage = services.storage
        profile = services.configuration.profile
    }

    func list(_ filter: AdminVideoFilter) async throws -> ListBody<AdminVideo> { try await videos.adminList(filter) }

    /// Deleted ones too.
    func show(_ id: VideoID) async throws -> AdminVideo {
        guard let video = try await videos.admin(id) else { throw APIError.notFound("video \(id)") }
        return video
    }

    func edit(_ id: VideoID, _ edit: VideoEdit) async throws -> AdminVideo {
        var edit = edit
        edit.title = try edit.title.map(VideoText.title)
        edit.description = try edit.description.map(VideoText.description)
        guard try await videos.edit(id, edit) else { throw APIError.notFound("video \(id), or it is deleted") }
        return try await show(id)
    }

    /// Hides the video at once and cancels its job.
    func delete(_ id: VideoID, logger: Logger) async throws {
        guard let video = try await videos.softDelete(id) else {
            throw APIError.notFound("video \(id), or it is deleted already")
        }
        logger.info("video deleted", metadata: ["video.id": "\(id)", "video.slug": "\(video.slug)"])
    }

    func restore(_ id: VideoID, logger: Logger) async throws -> AdminVideo {
        guard let video = try await videos.restore(id) else { throw APIError.notFound("deleted video \(id)") }
        logger.info("video restored", metadata: ["video.id": "\(id)", "video.slug": "\(video.slug)"])
        return try await show(id)
    }

    /// 409 with the reason where there is nothing to retry.
    func retry(_ id: VideoID, logger: Logger) async throws -> AdminVideo {
        try check(await videos.retry(id), of: id)
        logger.info("video queued again", metadata: ["video.id": "\(id)"])
        return try await show(id)
    }

    /// 409 with the reason when the job has ended.
    func cancel(_ id: VideoID, logger: Logger) async throws -> AdminVideo {
        try check(await videos.cancel(id), of: id)
        logger.info("job cancelled", metadata: ["video.id": "\(id)"])
        return try await show(id)
    }

    /// 409 with the reason when there is nothing left to wait for.
    func setPriority(_ id: VideoID, _ priority: JobPriority) async throws -> AdminVideo {
        try check(await videos.setPriority(id, priority), of: id)
        return try await show(id)
    }

    /// 409 with the reason when it is being made already; 400 for codecs that the server's format cannot hold.
    func retranscode(_ id: VideoID, _ wanted: RetranscodeRequest, logger: Logger) async throws -> AdminVideo {
        var profile = profile
        if let codecs = wanted.codecs {
            guard !codecs.isEmpty, Set(codecs).count == codecs.count else {
                throw APIError.badField("codecs", "names one codec or more, each once.")
            }
            guard profile.format == .cmaf || codecs == [.h264] else {
                throw APIError.badField("codecs", "is h264 alone: this server makes transport streams.")
            }
            profile.codecs = codecs
        }
        try check(
            await videos.retranscode(
                id,
                profile: profile,
                priority: wanted.priority ?? .low,
                traceID: logger[metadataKey: "request.id"]?.description
            ),
            of: id
        )
        logger.info("video to be made anew", metadata: ["video.id": "\(id)"])
        return try await show(id)
    }

    private func check(_ change: JobChange, of id: VideoID) throws {
        switch change {
        case .done: return
        case .notFound: throw APIError.notFound("video \(id), or it is deleted")
        case .conflict(let reason): throw APIError(.conflict, reason)
        }
    }
}
