import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import VLogCore

/// Sends requests to the Worker API. Every failure comes out as a `WorkerAPIError`, but for cancellation.
struct WorkerAPIClient: Sendable {
    /// The longest JSON answer: the list of files of a job of many hours.
    private static let longestAnswer = 16 << 20
    private static let longestError = 64 << 10

    private let http: HTTPClient
    private let base: String
    private let credential: RunnerCredential
    private let outages: OutageLog
    /// Many things that one runner does at once ask the same server: while it is away, one of them does for all.
    private let breaker = SharedBreaker()

    init(http: HTTPClient, _ configuration: RunnerConfiguration, outages: OutageLog) {
        self.http = http
        let text = configuration.server.absoluteString
        self.base = text.hasSuffix("/") ? String(text.dropLast()) : text
        credential = configuration.credential
        self.outages = outages
    }

    /// One connection each for the uploads and for what must not wait behind them. Redirects are not followed: they
    /// would carry the key elsewhere. A refused connection is told at once, because the pauses are the caller's.
    static func configuration(uploads: Int, claimWait: Int) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(
            connect: .seconds(5),
            read: .seconds(max(30, Int64(claimWait) + 15)),
            write: .seconds(30)
        )
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = uploads + 8
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return configuration
    }

    func send<Answer>(_ request: WorkerAPIRequest<Answer>) async throws -> Answer {
        let response = try await open(request)
        let body = try await mappingErrors { try await response.body.collect(upTo: Self.longestAnswer) }
        do {
            return try request.decode(body)
        } catch {
            throw WorkerAPIError(.refused, "the answer to \(request.path) makes no sense", cause: error)
        }
    }

    /// Sends the request and returns as soon as a 2xx head is there; the caller reads the body.
    func open<Answer>(_ request: WorkerAPIRequest<Answer>) async throws -> HTTPClientResponse {
        try breaker.pass()
        let response = try await mappingErrors {
            let response = try await http.execute(try prepared(request), timeout: request.patience)
            guard !(200...299).contains(response.status.code) else { return response }
            throw WorkerAPIError(status: Int(response.status.code), body: await beginning(of: response.body))
        }
        outages.reached()
        breaker.succeeded()
        return response
    }

    private func prepared<Answer>(_ request: WorkerAPIRequest<Answer>) throws -> HTTPClientRequest {
        var prepared = HTTPClientRequest(url: base + request.path)
        prepared.method = request.method
        prepared.headers = request.headers
        let identity = try credential.header
        prepared.headers.add(name: identity.name, value: identity.value)
        prepared.headers.add(name: "User-Agent", value: "vlog-runner/\(productVersion)")
        switch request.body {
        case .bytes(let bytes): prepared.body = .bytes(bytes)
        case .archive(let archive): prepared.body = .stream(archive, length: .known(archive.length))
        case nil: break
        }
        return prepared
    }

    /// What can be read of an error's body; that a server in trouble breaks off in it changes nothing.
    private func beginning(of body: HTTPClientResponse.Body) async -> ByteBuffer {
        (try? await body.collect(upTo: Self.longestError)) ?? ByteBuffer()
    }

    private func mappingErrors<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            throw failure(of: error)
        }
    }

    /// What to throw for an error of the HTTP client, which it notes when it tells of an outage.
    func failure(of error: any Error) -> any Error {
        if Task.isCancelled || error is CancellationError { return CancellationError() }
        if let answer = error as? WorkerAPIError {
            breaker.succeeded()
            outages.note(answer)
            return answer
        }
        breaker.failed()
        let failure = WorkerAPIError(.unavailable, "the server could not be reached", cause: error)
        outages.note(failure)
        return failure
    }
}

/// The breaker of all that a runner asks of its server.
private final class SharedBreaker: Sendable {
    private let breaker = Mutex(CircuitBreaker(failuresToOpen: 4))

    /// Throws while the server is left alone.
    func pass() throws(WorkerAPIError) {
        guard case .go = breaker.withLock({ $0.ask(at: .now) }) else {
            throw WorkerAPIError(.unavailable, "the server did not answer a moment ago")
        }
    }

    /// A server that answers is there, whatever it says.
    func succeeded() { breaker.withLock { $0.succeeded() } }

    func failed() { breaker.withLock { $0.failed(at: .now) } }
}
