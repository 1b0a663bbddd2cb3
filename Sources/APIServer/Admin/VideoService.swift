import Catalog
import HTTPTypes
import Logging
import VLogCore

/// The rules by which admins list, edit, delete, restore and retry videos.
struct VideoService: Sendable {
    let videos: VideoQueries
    let storage: Storage

    init(_ services: ServerServices) {
        videos = services.catalog.videos
        storage = services.storage
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
        switch try await videos.retry(id) {
        case .notFound: throw APIError.notFound("video \(id)")
        case .conflict(let reason): throw APIError(.conflict, reason)
        case .queued: break
        }
        logger.info("video queued again", metadata: ["video.id": "\(id)"])
        return try await show(id)
    }
}
