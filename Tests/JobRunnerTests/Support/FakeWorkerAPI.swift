import Archives
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import VLogCore

@testable import JobRunner

/// What a runner asked of the fake server, as it arrived.
enum Call: Sendable {
    case heartbeat(WorkerCapabilities)
    case claim(at: ContinuousClock.Instant)
    case source(offset: Int)
    case renew, release, files, checkpoint
    case keep(TranscodeCheckpoint)
    case progress(ProgressReport)
    case put(OutputPath)
    /// The files of an archive, in its order.
    case archive([OutputPath])
    case complete(CompleteRequest)
    case fail(FailRequest)
}

/// What the fake server does with a call instead of serving it.
enum Fault: Sendable {
    case status(Int, code: String? = nil)
    /// Serves the call and breaks the connection after so many bytes of the answer.
    case cut(after: Int)
    /// Keeps so many files of an archive, and answers as a server does that is stopping.
    case partial(files: Int)
}

/// An answer of the fake server before it is sent, whole or in part.
struct Answer: Sendable {
    var status: HTTPResponse.Status = .ok
    var headers: HTTPFields = [:]
    var bytes: [UInt8] = []

    static func json(_ value: some Encodable) throws -> Answer {
        Answer(headers: [.contentType: "application/json"], bytes: Array(try JSONCoding.encoder().encode(value)))
    }

    /// Breaks the connection after `length` bytes of the body, if a length is given.
    func response(cutAfter length: Int? = nil) -> Response {
        struct CutOff: Error {}
        let whole = ByteBuffer(bytes: bytes)
        guard let length else { return Response(status: status, headers: headers, body: .init(byteBuffer: whole)) }
        let body = ResponseBody(contentLength: whole.readableBytes) { writer in
            if let part = whole.getSlice(at: 0, length: length), length > 0 { try await writer.write(part) }
            throw CutOff()
        }
        return Response(status: status, headers: headers, body: body)
    }
}

/// A Worker API of one job at a time, kept in memory, that fails when and how a test wants it to.
struct FakeWorkerAPI: Sendable {
    struct State: Sendable {
        var waiting: [ClaimedJob] = []
        var source: [UInt8] = []
        var stored: [OutputPath: [UInt8]] = [:]
        var checkpoint: TranscodeCheckpoint?
        var calls: [Call] = []
        /// How often faults have struck.
        var faults = 0
        /// Asked for every call, after it has been recorded.
        var fault: @Sendable (Call) -> Fault? = { _ in nil }
        var leaseSeconds = 60
        var nextReportIn = 0.1
        var cancel = false
        var drain = false
        var holdsClaims = true
        var isStopping = false

        var lease: LeaseBody {
            LeaseBody(
                leaseUntil: Date(timeIntervalSinceNow: Double(leaseSeconds)),
                leaseSeconds: leaseSeconds,
                nextReportIn: nextReportIn,
                cancel: cancel
            )
        }
    }

    static let apiKey = "key-that-must-stay-secret"
    static let leaseToken = "token-that-must-stay-secret"
    static let etag = "\"source-1\""

    let state = Watched(State())

    func router() -> Router<BasicRequestContext> {
        let router = Router()
        let api = router.group("api/worker")
        api.post("heartbeat") { request, _ in
            let capabilities = try await decode(HeartbeatRequest.self, request).capabilities
            return try await serve(.heartbeat(capabilities), request) { state in
                try .json(HeartbeatResponse(nextHeartbeatIn: 1, drain: state.drain))
            }
        }
        api.post("claim") { request, _ in
            try await serve(.claim(at: .now), request) { _ in try await claim() }
        }
        addJobRoutes(to: api.group("jobs/:id"))
        return router
    }

    private func addJobRoutes(to jobs: RouterGroup<BasicRequestContext>) {
        jobs.get("source") { request, _ in try await source(request) }
        jobs.get("files") { request, _ in try await serve(.files, request) { _ in try files() } }
        jobs.get("checkpoint") { request, _ in
            try await serve(.checkpoint, request) { state in
                try state.checkpoint.map { try .json($0) } ?? Answer(status: .notFound)
            }
        }
        jobs.put("checkpoint") { request, _ in
            let checkpoint = try await decode(TranscodeCheckpoint.self, request)
            return try await serve(.keep(checkpoint), request) { _ in
                state.change { $0.checkpoint = checkpoint }
                return Answer(status: .noContent)
            }
        }
        jobs.put("archive") { request, _ in try await archive(request) }
        jobs.put("files/**") { request, context in try await put(request, context) }
        jobs.post("lease") { request, _ in try await serve(.renew, request) { _ in try lease() } }
        jobs.post("release") { request, _ in
            try await serve(.release, request) { _ in Answer(status: .noContent) }
        }
        jobs.post("progress") { request, _ in
            let report = try await decode(ProgressReport.self, request)
            return try await serve(.progress(report), request) { _ in try lease() }
        }
        jobs.post("complete") { request, _ in
            let result = try await decode(CompleteRequest.self, request)
            return try await serve(.complete(result), request) { _ in try .json(CompleteResponse(state: .finalising)) }
        }
        jobs.post("fail") { request, _ in
            let failure = try await decode(FailRequest.self, request)
            return try await serve(.fail(failure), request) { _ in Answer(status: .noContent) }
        }
    }
}

extension FakeWorkerAPI {
    private func claim() async throws -> Answer {
        let job = try await state.when { state -> ClaimedJob?? in
            if state.isStopping || !state.holdsClaims { return .some(nil) }
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        guard let job else { return Answer(status: .noContent) }
        return try .json(job)
    }

    private func source(_ request: Request) async throws -> Response {
        let range = request.headers[.range].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
        return try await serve(.source(offset: range ?? 0), request) { state in
            guard request.headers[.ifMatch] == FakeWorkerAPI.etag else { return Answer(status: .preconditionFailed) }
            var headers: HTTPFields = [:]
            if let range {
                headers[.contentRange] = "bytes \(range)-\(state.source.count - 1)/\(state.source.count)"
            }
            return Answer(
                status: range == nil ? .ok : .partialContent,
                headers: headers,
                bytes: Array(state.source[(range ?? 0)...])
            )
        }
    }

    private func put(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        guard let path = OutputPath(rawValue: context.parameters.getCatchAll().joined(separator: "/")),
            let digest = HTTPField.Name("Digest")
        else { return Response(status: .badRequest) }
        let content = Array(try await request.body.collect(upTo: 64 << 20).readableBytesView)
        let expected = "sha-256=" + Data(SHA256.hash(data: content)).base64EncodedString()
        guard request.headers[digest] == expected else { return Response(status: .badRequest) }
        return try await serve(.put(path), request) { _ in
            state.change { $0.stored[path] = content }
            return try lease()
        }
    }

    private func archive(_ request: Request) async throws -> Response {
        let bytes = Array(try await request.body.collect(upTo: 64 << 20).readableBytesView)
        guard request.headers[.contentLength] == "\(bytes.count)" else { return Response(status: .lengthRequired) }
        let files = try unpack(bytes)
        return try await serve(.archive(files.map(\.0)), request) { current in
            var kept = files[...]
            if case .partial(let count) = current.fault(.archive(files.map(\.0))) { kept = files.prefix(count) }
            state.change { state in for (path, content) in kept { state.stored[path] = content } }
            return try lease()
        }
    }

    private func unpack(_ bytes: [UInt8]) throws -> [(OutputPath, [UInt8])] {
        var reader = ArchiveReader(limits: ArchiveLimits())
        var files: [(OutputPath, [UInt8])] = []
        reader.feed(bytes)
        while let event = try reader.next() {
            switch event {
            case .entryBegins(let entry):
                guard let path = OutputPath(rawValue: entry.name) else { throw HTTPError(.unprocessableContent) }
                files.append((path, []))
            case .content(let piece): files[files.count - 1].1 += piece
            case .entryEnds: break
            }
        }
        try reader.finish()
        return files
    }

    private func files() throws -> Answer {
        let files = state.current.stored.map { path, content in
            OutputFileBody(path: path, bytes: Int64(content.count), sha256: ContentDigest(of: content).hexadecimal)
        }
        return try .json(ListBody(items: files, total: files.count, next: nil))
    }

    private func lease() throws -> Answer { try .json(state.current.lease) }

    private func decode<Body: Decodable>(_ type: Body.Type, _ request: Request) async throws -> Body {
        let body = try await request.body.collect(upTo: 1 << 20)
        return try JSONCoding.decoder().decode(type, from: Data(body.readableBytesView))
    }

    /// Checks the secrets, records the call, and does what the test wants done with it.
    private func serve(
        _ call: Call,
        _ request: Request,
        _ answer: (State) async throws -> Answer
    ) async throws -> Response {
        guard let keyField = HTTPField.Name("X-API-Key"), let tokenField = HTTPField.Name("X-Lease-Token") else {
            return Response(status: .internalServerError)
        }
        guard
            request.headers[keyField] == FakeWorkerAPI.apiKey
                || request.headers[.authorization] == "Bearer \(FakeWorkerAPI.apiKey)"
        else { return Response(status: .unauthorized) }
        let needsToken = request.uri.path.hasPrefix("/api/worker/jobs")
        guard !needsToken || request.headers[tokenField] == FakeWorkerAPI.leaseToken else {
            return Response(status: .unauthorized)
        }
        let current = state.change { state in
            state.calls.append(call)
            return state
        }
        guard let fault = current.fault(call) else { return try await answer(current).response() }
        state.change { $0.faults += 1 }
        switch fault {
        case .status(let status, let code):
            let body = try JSONCoding.encoder().encode(ErrorBody(detail: "as the test wants", code: code))
            return Answer(status: .init(code: status), bytes: Array(body)).response()
        case .cut(let length): return try await answer(current).response(cutAfter: length)
        case .partial:
            _ = try await answer(current)
            return Answer(status: .serviceUnavailable).response()
        }
    }
}
