import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends requests to an API server. Every failure comes out as a `KubernetesError`, but for cancellation.
package struct KubernetesClient: Sendable {
    /// A page of 500 objects of the largest kind that etcd takes would be more; such pages are refused, not swallowed.
    private static let longestAnswer = 256 << 20
    private static let longestError = 64 << 10
    /// An event holds one object, of at most 1.5 MiB in etcd.
    private static let longestEvent = 8 << 20

    private let http: HTTPClient
    private let base: String
    private let token: BearerToken
    private let userAgent: String
    private var fence: LeaderFence?

    private init(http: HTTPClient, connection: ClusterConnection, userAgent: String) {
        self.http = http
        let text = connection.server.absoluteString
        base = text.hasSuffix("/") ? String(text.dropLast()) : text
        token = BearerToken(connection.credential)
        self.userAgent = userAgent
    }

    /// Opens the connections for as long as `body` runs. `silence` is how long an answer that is due, or a watch, may say
    /// nothing before it counts as dead.
    package static func with<Result>(
        _ connection: ClusterConnection,
        userAgent: String,
        silence: Duration = .seconds(90),
        _ body: (KubernetesClient) async throws -> Result
    ) async throws -> Result {
        let configuration = try connection.httpConfiguration(silence: silence)
        return try await HTTPClient.withHTTPClient(configuration: configuration) { http in
            try await body(KubernetesClient(http: http, connection: connection, userAgent: userAgent))
        }
    }

    /// A client whose writes stop where the fence is: they fail as if nobody answered.
    package func fenced(by fence: LeaderFence) -> KubernetesClient {
        var fenced = self
        fenced.fence = fence
        return fenced
    }

    /// Sends the request, and again when the server asked for patience and named a time: at most three times, and no longer
    /// than ten seconds each.
    package func send<Answer>(_ request: KubernetesRequest<Answer>) async throws -> Answer {
        var tries = 1
        while true {
            do {
                return try await sendOnce(request)
            } catch let error as KubernetesError {
                guard let pause = error.retryAfter, pause <= .seconds(10), tries < 3 else { throw error }
                tries += 1
                try await Task.sleep(for: pause * Double.random(in: 1...1.25))
            }
        }
    }

    private func sendOnce<Answer>(_ request: KubernetesRequest<Answer>) async throws -> Answer {
        try await mappingErrors(request.summary) {
            if request.method != .GET { try fence?.check() }
            let response = try await open(request, deadline: .seconds(60))
            let body = try await response.body.collect(upTo: Self.longestAnswer)
            do {
                return try request.decode(body)
            } catch {
                throw KubernetesError(.badAnswer, "the answer to \(request.summary) makes no sense", cause: error)
            }
        }
    }

    /// Calls `body` with every event, in order, and returns when the server ends the watch, as it does after a while.
    package func watch<Resource>(
        _ watch: WatchRequest<Resource>,
        _ body: (WatchEvent<Resource>) throws -> Void
    ) async throws {
        let decoder = KubernetesJSON.decoder()
        try await mappingErrors("a watch of \(Resource.kind.plural)") {
            // The head comes at once, and after it there is no end in sight: only silence is an error.
            let response = try await open(watch.request, deadline: .seconds(Int64(watch.timeout) + 120))
            var lines = LineSplitter(longest: Self.longestEvent)
            for try await chunk in response.body {
                for line in try lines.split(chunk) {
                    do {
                        try body(try decoder.decode(WatchEvent<Resource>.self, from: Data(line.readableBytesView)))
                    } catch let error as DecodingError {
                        throw KubernetesError(.badAnswer, "an event of a watch makes no sense", cause: error)
                    }
                }
            }
        }
    }

    private func open<Answer>(
        _ request: KubernetesRequest<Answer>,
        deadline: TimeAmount
    ) async throws -> HTTPClientResponse {
        let response = try await http.execute(try await prepared(request), timeout: deadline)
        let status = Int(response.status.code)
        guard !(200...299).contains(status) else { return response }
        if status == 401 { await token.forget() }
        let body = try? await response.body.collect(upTo: Self.longestError)
        let wait = response.headers.first(name: "Retry-After").flatMap { Int($0) }
        throw KubernetesError(
            status: status,
            body: body.flatMap {
                try? KubernetesJSON.decoder().decode(StatusBody.self, from: Data($0.readableBytesView))
            },
            retryAfter: wait.map { .seconds($0) },
            attempted: request.summary
        )
    }

    private func prepared<Answer>(_ request: KubernetesRequest<Answer>) async throws -> HTTPClientRequest {
        var prepared = HTTPClientRequest(url: base + request.target)
        prepared.method = request.method
        prepared.headers.add(name: "Accept", value: "application/json")
        prepared.headers.add(name: "User-Agent", value: userAgent)
        if let token = try await token.current() {
            prepared.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        if let type = request.contentType { prepared.headers.add(name: "Content-Type", value: type) }
        prepared.body = request.body.map { .bytes(ByteBuffer(bytes: $0)) }
        return prepared
    }

    private func mappingErrors<Result>(_ attempted: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            if let error = error as? KubernetesError { throw error }
            throw KubernetesError(.unavailable, "\(attempted) got no answer", cause: error)
        }
    }
}
