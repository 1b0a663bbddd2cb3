import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import VLogCore

/// `POST /api/videos`: `multipart/form-data` with the fields `file`, `title`, `description`, `category_id` and
/// `published`, in any order; those before the file are checked before its bytes are taken.
struct UploadRoutes: Sendable {
    /// How long a refused sender may go on before the connection is closed; it may not be listening yet.
    private static let patience = TimeAmount.seconds(10)

    let uploads: UploadService
    let videos: VideoService

    func add(to group: RouterGroup<AdminContext>) { group.post(use: upload) }

    @Sendable func upload(_ request: Request, context: AdminContext) async throws -> Response {
        do {
            let announcement = try UploadService.Announcement(request.headers)
            let id = try await uploads.receive(
                announcement,
                body: request.body,
                accept: { try await sendContinue(request, context.facts.channel) },
                logger: context.logger
            )
            uploads.count("accepted")
            let video = try await videos.show(id)
            return try JSONResponse(video, status: .created, headers: [.location: "/api/videos/\(id)"])
                .response(from: request, context: context)
        } catch {
            let refusal = APIError(any: error)
            uploads.count("\(refusal.status.code)")
            throw refusal.endingConnection(context.facts.channel, within: UploadRoutes.patience)
        }
    }

    /// `100 Continue` (RFC 9110 section 10.1.1): a sender that asked for it sends nothing before, so that a refusal
    /// costs it nothing. The codec above NIO's has no part for it.
    private func sendContinue(_ request: Request, _ channel: any Channel) async throws {
        guard request.headers[.expect]?.lowercased() == "100-continue" else { return }
        try await channel.eventLoop.flatSubmit {
            channel.eventLoop.makeCompletedFuture {
                let codec = try channel.pipeline.syncOperations.context(handlerType: HTTP1ToHTTPServerCodec.self)
                let head = HTTPResponseHead(version: .http1_1, status: .continue)
                codec.writeAndFlush(NIOAny(HTTPServerResponsePart.head(head)), promise: nil)
            }
        }.get()
    }
}

extension UploadService.Announcement {
    /// Reads what the head says of the body; 415 when it is not a form.
    init(_ headers: HTTPFields) throws {
        let type = headers[.contentType] ?? ""
        guard type.lowercased().hasPrefix("multipart/form-data") else {
            throw APIError(.unsupportedMediaType, "Uploads are multipart/form-data with a part named file.")
        }
        guard let boundary = UploadService.Announcement.boundary(in: type) else {
            throw APIError(.badRequest, "The Content-Type has no usable boundary (1 to 70 characters).")
        }
        self.init(boundary: boundary, length: headers[.contentLength].flatMap(Int64.init))
    }

    /// RFC 2046 section 5.1.1.
    private static func boundary(in type: String) -> String? {
        for parameter in type.split(separator: ";").dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].lowercased().filter({ $0 != " " }) == "boundary" else { continue }
            let value = pair[1].trimmingPrefix(" ").trimmingPrefix("\"")
            let boundary = value.prefix { $0 != "\"" }
            return (1...70).contains(boundary.utf8.count) ? String(boundary) : nil
        }
        return nil
    }
}

extension APIError {
    /// The same refusal, after which the connection is of no use: an unread body is still coming down it. It stays open
    /// for a moment, as closing at once would often destroy the answer before it is read.
    fileprivate func endingConnection(_ channel: any Channel, within time: TimeAmount) -> APIError {
        channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
        var headers = headers
        headers[.connection] = "close"
        return APIError(status, detail, code: code, headers: headers, cause: cause)
    }
}
