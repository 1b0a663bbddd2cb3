import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Postgres
import Testing
import VLogCore

@testable import APIServer

/// What a webhook receives of a real server whose runners fail.
@Suite(.timeLimit(.minutes(2))) struct AlertTests {
    @Test func eachWayInWhichAnAttemptEndsIsTold() async throws {
        try await withWebhook { hook, server in
            try await server.services.addVideo("Clip")
            let runner = try await TestRunner(server)

            let first = try #require(try await runner.claim())
            _ = try await first.fail(.internal)
            let failed = try await hook.next()
            #expect(failed["event"] == "transcode.attempt_failed")
            #expect(failed["text"]?.contains("\"Clip\": attempt 1 on worker") == true)
            #expect(failed["error_code"] == "internal")

            try await server.services.makeDue()
            _ = try #require(try await runner.claim())
            try await server.services.pool.execute(
                "UPDATE transcoding_jobs SET lease_until = now() - interval '1 second'"
            )
            let stale = try await hook.next()
            #expect(stale["event"] == "transcode.stale")
            #expect(stale["attempt"] == "2")

            let third = try #require(try await runner.claim())
            _ = try await third.fail(.badInput)
            #expect(try await hook.next()["event"] == "transcode.failed")
        }
    }

    @Test func theLastRetryIsTold() async throws {
        try await withWebhook { hook, server in
            try await server.services.addVideo("Clip")
            let runner = try await TestRunner(server)
            for _ in 1...3 {
                try await server.services.makeDue()
                _ = try await #require(try await runner.claim()).fail(.internal)
            }
            #expect(try await hook.next()["event"] == "transcode.attempt_failed")
            let last = try await hook.next()
            #expect(last["event"] == "transcode.retries_used_up")
            #expect(last["text"]?.contains("after 3 attempts") == true)
        }
    }

    @Test func aWebhookThatIsAwayIsTriedAgain() async throws {
        try await withWebhook(refusals: 2) { hook, server in
            try await server.services.addVideo("Clip")
            _ = try await #require(try await TestRunner(server).claim()).fail(.badInput)
            #expect(try await hook.next()["event"] == "transcode.failed")
        }
    }
}

/// What a webhook was sent, signature checked.
private actor Webhook {
    private var refusals: Int
    private let bodies: AsyncThrowingStream<[String: String], any Error>
    private let continuation: AsyncThrowingStream<[String: String], any Error>.Continuation

    init(refusals: Int) {
        self.refusals = refusals
        (bodies, continuation) = AsyncThrowingStream.makeStream()
    }

    func next() async throws -> [String: String] {
        for try await body in bodies { return body }
        throw CancellationError()
    }

    func take(_ body: [UInt8], signature: String?) throws -> HTTPResponse.Status {
        guard refusals == 0 else {
            refusals -= 1
            return .serviceUnavailable
        }
        let key = SymmetricKey(data: Data(Webhook.secret.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: body, using: key)
        guard signature == "sha256=" + code.map({ String(format: "%02x", $0) }).joined() else {
            continuation.finish(throwing: APIError(.forbidden, "not signed: \(signature ?? "")"))
            return .forbidden
        }
        let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
        continuation.yield(object.mapValues { "\($0)" })
        return .noContent
    }

    static let secret = "a secret of the tests"
}

private func withWebhook(
    refusals: Int = 0,
    _ body: @escaping @Sendable (Webhook, RunningServer) async throws -> Void
) async throws {
    let hook = Webhook(refusals: refusals)
    let router = Router()
    router.post("hook") { request, _ in
        let signature = HTTPField.Name("X-VLog-Signature").flatMap { request.headers[$0] }
        let bytes = Array(buffer: try await request.body.collect(upTo: 1 << 16))
        return Response(status: try await hook.take(bytes, signature: signature))
    }
    let application = Application(
        router: router,
        configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    try await application.test(.live) { client in
        let port = try #require(client.port)
        try await withServer {
            $0.alerts = AlertConfiguration(url: "http://127.0.0.1:\(port)/hook")
            $0.alerts?.secret = Webhook.secret
        } body: { server in
            try await body(hook, server)
        }
    }
}

extension ServerServices {
    /// What the pause after a failure does.
    fileprivate func makeDue() async throws {
        try await pool.execute("UPDATE transcoding_jobs SET not_before = now()")
    }
}
