import Foundation
import Synchronization
import Testing

@testable import Egress

@Suite(.timeLimit(.minutes(2))) struct EgressClientTests {
    @Test func anAnswerComesWithStatusHeadersAndBody() async throws {
        try await withWebServer { server in
            let body = Mutex<[UInt8]>([])
            let response = try await EgressClient(rule: .any).send(EgressRequest(url: server.url("/hello"))) { bytes in
                body.withLock { $0 += bytes }
            }
            #expect(response.status == 200)
            #expect(response.headers["x-answer"] == "yes")
            #expect(body.withLock { $0 } == Array("hello".utf8))
        }
    }

    @Test func aPostCarriesBodyAndHeaders() async throws {
        try await withWebServer { server in
            var request = EgressRequest(url: server.url("/echo"))
            request.method = .post
            request.headers = [("Content-Type", "application/json"), ("X-Mark", "a: b")]
            request.body = Array(#"{"a":"\#u{0}ü"}"#.utf8)
            let body = Mutex<[UInt8]>([])
            let response = try await EgressClient(rule: .any).send(request) { bytes in body.withLock { $0 += bytes } }
            #expect(body.withLock { $0 } == request.body)
            #expect(response.headers["x-mark"] == "a: b")
        }
    }

    /// The forms in which 127.0.0.1 was got past the checks of others.
    @Test(arguments: [
        "http://localhost", "http://127.0.0.1", "http://127.1", "http://2130706433", "http://0x7f000001", "http://0",
        "http://[::1]", "http://[::ffff:127.0.0.1]", "http://user:pass@127.0.0.1", "http://example.com@127.0.0.1",
        "http://0177.0.0.1",
    ])
    func privateAddressesAreNotEvenConnectedTo(address: String) async throws {
        try await withWebServer { server in
            let error = try await #require(throws: EgressError.self) {
                _ = try await EgressClient(rule: .publicOnly).send(
                    EgressRequest(url: "\(address):\(server.port)/hello")
                )
            }
            #expect(error.code == .refusedAddress)
            #expect(server.asked.count == 0)
        }
    }

    @Test func aRedirectToAnAddressThatIsRefusedIsNotFollowed() async throws {
        try await withWebServer { server in
            let onlyFirst = AddressRule { $0 == IPAddress("127.0.0.1") }
            var request = EgressRequest(url: server.url("/redirect?to=http://127.0.0.2:\(server.port)/hello"))
            request.mostRedirects = 5
            let error = try await #require(throws: EgressError.self) {
                _ = try await EgressClient(rule: onlyFirst).send(request)
            }
            #expect(error.code == .refusedAddress)
            #expect(server.asked.count == 1)
        }
    }

    @Test(arguments: ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/x"])
    func redirectsToOtherSchemesAreNotFollowed(target: String) async throws {
        try await withWebServer { server in
            var request = EgressRequest(url: server.url("/redirect?to=\(target)"))
            request.mostRedirects = 5
            let error = try await #require(throws: EgressError.self) {
                _ = try await EgressClient(rule: .any).send(request) { _ in Issue.record("something was read") }
            }
            #expect(error.code == .badURL)
        }
    }

    @Test func redirectsAreFollowedOnlyWhenAskedForAndNotForEver() async throws {
        try await withWebServer { server in
            var request = EgressRequest(url: server.url("/redirect?to=/hello"))
            #expect(try await EgressClient(rule: .any).send(request).status == 302)
            request.mostRedirects = 2
            #expect(try await EgressClient(rule: .any).send(request).status == 200)
            request.url = server.url("/loop")
            let error = try await #require(throws: EgressError.self) {
                _ = try await EgressClient(rule: .any).send(request)
            }
            #expect(error.code == .tooManyRedirects)
        }
    }

    @Test(arguments: [
        "", "not an address", "file:///etc/passwd", "gopher://host/", "http://", "//host/x", "ftp://host/",
    ])
    func whatIsNoWebAddressIsRefused(url: String) async throws {
        let error = try await #require(throws: EgressError.self) {
            _ = try await EgressClient(rule: .any).send(EgressRequest(url: url))
        }
        #expect(error.code == .badURL || error.code == .unresolved)
    }

    @Test func moreBytesThanAllowedEndIt() async throws {
        try await withWebServer { server in
            var request = EgressRequest(url: server.url("/endless"))
            request.mostBytes = 100_000
            let received = Mutex(0)
            let error = try await #require(throws: EgressError.self) {
                _ = try await EgressClient(rule: .any).send(request) { bytes in received.withLock { $0 += bytes.count }
                }
            }
            #expect(error.code == .tooLarge)
            #expect(received.withLock { $0 } <= 100_000)
        }
    }

    @Test func silenceEndsIt() async throws {
        try await withWebServer { server in
            var request = EgressRequest(url: server.url("/silent"))
            request.timeLimit = .milliseconds(300)
            let error = try await #require(throws: EgressError.self) {
                _ = try await EgressClient(rule: .any).send(request)
            }
            #expect(error.code == .timeout)
        }
    }

    @Test func cancellingEndsIt() async throws {
        try await withWebServer { server in
            let task = Task { try await EgressClient(rule: .any).send(EgressRequest(url: server.url("/silent"))) }
            await server.asked.next()
            task.cancel()
            let error = await #expect(throws: EgressError.self) { _ = try await task.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func nobodyThereIsSaidWithoutWhatIsSecretInTheAddress() async throws {
        let url = "http://user:secret@127.0.0.1:1/private?token=secret"
        let error = try await #require(throws: EgressError.self) {
            _ = try await EgressClient(rule: .any).send(EgressRequest(url: url))
        }
        #expect(error.code == .unreachable && error.isRetryable)
        #expect(error.message == "127.0.0.1 does not accept a connection.")
    }
}
