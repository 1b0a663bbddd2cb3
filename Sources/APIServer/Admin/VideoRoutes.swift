import Catalog
import HTTPTypes
import Hummingbird
import VLogCore

/// `/api/videos` of the Admin API. Uploading is in `UploadRoutes`.
///
/// This is the pattern of every resource: a route decodes, asks its service, and encodes. Rules are in the service, SQL
/// is in the catalog, and errors become answers in `ErrorResponses`.
struct VideoRoutes: Sendable {
    let videos: VideoService

    func add(to group: RouterGroup<AdminContext>) {
        group.get(use: list)
        group.get(":videoID", use: show)
        group.patch(":videoID", use: edit)
        group.delete(":videoID", use: delete)
        group.post(":videoID/restore", use: restore)
        group.post(":videoID/retry", use: retry)
        group.post(":videoID/cancel", use: cancel)
        group.put(":videoID/priority", use: setPriority)
        group.post(":videoID/retranscode", use: retranscode)
    }

    @Sendable func list(_ request: Request, context: AdminContext) async throws -> JSONResponse<ListBody<AdminVideo>> {
        JSONResponse(try await videos.list(AdminVideoFilter(request)))
    }

    @Sendable func show(_ request: Request, context: AdminContext) async throws -> JSONResponse<AdminVideo> {
        JSONResponse(try await videos.show(context.videoID))
    }

    @Sendable func edit(_ request: Request, context: AdminContext) async throws -> JSONResponse<AdminVideo> {
        let id = try context.videoID
        let edit = try await request.decode(as: VideoEdit.self, context: context)
        return JSONResponse(try await videos.edit(id, edit))
    }

    @Sendable func delete(_ request: Request, context: AdminContext) async throws -> HTTPResponse.Status {
        try await videos.delete(context.videoID, logger: context.logger)
        return .noContent
    }

    @Sendable func restore(_ request: Request, context: AdminContext) async throws -> JSONResponse<AdminVideo> {
        JSONResponse(try await videos.restore(context.videoID, logger: context.logger))
    }

    @Sendable func retry(_ request: Request, context: AdminContext) async throws -> JSONResponse<AdminVideo> {
        JSONResponse(try await videos.retry(context.videoID, logger: context.logger))
    }

    @Sendable func cancel(_ request: Request, context: AdminContext) async throws -> JSONResponse<AdminVideo> {
        JSONResponse(try await videos.cancel(context.videoID, logger: context.logger))
    }

    @Sendable func setPriority(_ request: Request, context: AdminContext) async throws -> JSONResponse<AdminVideo> {
        let id = try context.videoID
        let wanted = try await request.decode(as: PriorityRequest.self, context: context)
        return JSONResponse(try await videos.setPriority(id, wanted.priority))
    }

    @Sendable func retranscode(_ request: Request, context: AdminContext) async throws -> JSONResponse<AdminVideo> {
        let id = try context.videoID
        let wanted = try await request.decode(as: RetranscodeRequest.self, context: context)
        return JSONResponse(try await videos.retranscode(id, wanted, logger: context.logger))
    }
}

extension AdminContext {
    fileprivate var videoID: VideoID { get throws { try id("videoID", of: "video of this number") } }
}

extension AdminVideoFilter {
    fileprivate init(_ request: Request) throws {
        self.init(
            status: try request.queryWord("status"),
            search: try request.query("search"),
            deleted: try request.query("deleted") ?? false,
            sort: try request.queryWord("sort") ?? .date,
            order: try request.queryWord("order") ?? .descending,
            limit: try request.query("limit", in: 1...Paging.mostPerPage, otherwise: 50),
            offset: try request.query("offset", in: 0...Int(Int32.max), otherwise: 0)
        )
    }
}
