import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import VLogCore

/// The Admin API as the commands use it.
struct AdminClient: Sendable {
    private static let largestAnswer = 8 << 20
    private let base: String
    private let secret: String?

    init(url: String, secret: String?) {
        base = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.secret = secret
    }

    /// One video.
    func video(_ id: VideoID) async throws -> AdminVideo { try await call(.GET, "/api/videos/\(id)") }

    /// The video under an id or a slug, as a person types either.
    func video(_ reference: VideoReference) async throws -> AdminVideo {
        switch reference {
        case .id(let id):
            return try await video(id)
        case .slug(let slug):
            let found: ListBody<AdminVideo> = try await videos(VideoListing(search: slug.rawValue, limit: 100))
            guard let match = found.items.first(where: { $0.slug == slug }) else {
                throw ClientError(code: .refused, message: "there is no video with the slug \(slug)")
            }
            return match
        }
    }

    /// A page of videos, newest first.
    func videos(_ listing: VideoListing) async throws -> ListBody<AdminVideo> {
        try await call(.GET, "/api/videos" + listing.query)
    }

    func delete(_ id: VideoID) async throws { _ = try await send(.DELETE, "/api/videos/\(id)") }

    func restore(_ id: VideoID) async throws -> AdminVideo { try await call(.POST, "/api/videos/\(id)/restore") }

    func retry(_ id: VideoID) async throws -> AdminVideo { try await call(.POST, "/api/videos/\(id)/retry") }

    func cancel(_ id: VideoID) async throws -> AdminVideo { try await call(.POST, "/api/videos/\(id)/cancel") }

    func setPriority(_ id: VideoID, _ priority: JobPriority) async throws -> AdminVideo {
        let body = try JSONCoding.encoder().encode(PriorityRequest(priority: priority))
        let answer = try await send(
            .PUT,
            "/api/videos/\(id)/priority",
            body: .bytes(body, length: .known(Int64(body.count))),
            contentType: "application/json"
        )
        return try decode(answer)
    }

    func retranscode(_ id: VideoID, _ wanted: RetranscodeRequest) async throws -> AdminVideo {
        let body = try JSONCoding.encoder().encode(wanted)
        let answer = try await send(
            .POST,
            "/api/videos/\(id)/retranscode",
            body: .bytes(body, length: .known(Int64(body.count))),
            contentType: "application/json"
        )
        return try decode(answer)
    }

    func workers() async throws -> ListBody<WorkerBody> { try await call(.GET, "/api/workers") }

    /// The worker under an id or a name, as a person types either.
    func worker(_ reference: String) async throws -> WorkerBody {
        let all = try await workers().items
        guard let worker = all.first(where: { $0.name == reference }) ?? all.first(where: { "\($0.id)" == reference })
        else {
            throw ClientError(code: .refused, message: "there is no runner \(TextFormat.plain(reference))")
        }
        return worker
    }

    func revokeKeys(of worker: WorkerID) async throws { _ = try await send(.DELETE, "/api/workers/\(worker)/keys") }

    func setDraining(_ worker: WorkerID, _ draining: Bool) async throws {
        _ = try await send(draining ? .PUT : .DELETE, "/api/workers/\(worker)/drain")
    }

    /// Makes a key for a runner. Registration is the Worker API's, which listens elsewhere.
    func register(worker name: String, at workerURL: String) async throws -> RegisterResponse {
        let workerAPI = AdminClient(url: workerURL, secret: secret)
        let body = try JSONCoding.encoder().encode(RegisterRequest(name: name))
        let answer = try await workerAPI.send(
            .POST,
            "/api/worker/register",
            body: .bytes(body, length: .known(Int64(body.count))),
            contentType: "application/json"
        )
        return try decode(answer)
    }

    func categories() async throws -> ListBody<CategoryBody> { try await call(.GET, "/api/categories") }

    /// Sends a file; `onProgress` hears how many of its bytes are on their way.
    func upload(_ form: UploadForm, onProgress: @escaping @Sendable (Int64) -> Void) async throws -> AdminVideo {
        let body = HTTPClientRequest.Body.stream(
            form.chunks(onProgress: onProgress),
            length: .known(form.contentLength)
        )
        let answer = try await send(
            .POST,
            "/api/videos",
            body: body,
            contentType: form.contentType,
            timeout: .hours(24)
        )
        return try decode(answer)
    }

    private func call<Answer: Decodable>(_ method: HTTPMethod, _ path: String) async throws -> Answer {
        try decode(try await send(method, path))
    }

    private func decode<Answer: Decodable>(_ data: Data) throws -> Answer {
        do {
            return try JSONCoding.decoder().decode(Answer.self, from: data)
        } catch {
            throw ClientError(code: .refused, message: "\(base) answered with something that is not VLog's: \(error)")
        }
    }

    /// Lives as long as the program. A refused connection is told at once: nobody waits a minute to learn that nothing runs.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private func send(
        _ method: HTTPMethod,
        _ path: String,
        body: HTTPClientRequest.Body? = nil,
        contentType: String? = nil,
        timeout: TimeAmount = .seconds(60)
    ) async throws -> Data {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.body = body
        if let contentType { request.headers.replaceOrAdd(name: "Content-Type", value: contentType) }
        if let secret { request.headers.replaceOrAdd(name: "X-Admin-Secret", value: secret) }
        let answer: HTTPClientResponse
        let data: Data
        do {
            answer = try await AdminClient.http.execute(request, timeout: timeout)
            data = Data(try await answer.body.collect(upTo: AdminClient.largestAnswer).readableBytesView)
        } catch {
            throw ClientError(
                code: .unreachable,
                message: "VLog does not answer at \(base) (\(error)). Is it running? `vlog up` starts it."
            )
        }
        guard (200..<300).contains(answer.status.code) else { throw refusal(answer.status, data) }
        return data
    }

    private func refusal(_ status: HTTPResponseStatus, _ data: Data) -> ClientError {
        guard let body = try? JSONCoding.decoder().decode(ErrorBody.self, from: data) else {
            return ClientError(
                code: .refused,
                message: "\(base) answered \(status.code) \(status.reasonPhrase), and not in VLog's words; "
                    + "is there a proxy in front of it that refuses?"
            )
        }
        let code: ClientError.Code = status == .unauthorized || status == .forbidden ? .notAllowed : .refused
        let hint = status == .unauthorized && secret == nil ? " (VLOG_ADMIN_API_SECRET is not set)" : ""
        return ClientError(code: code, message: body.detail + hint)
    }
}
