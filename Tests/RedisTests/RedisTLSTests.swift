import Redis
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct RedisTLSTests {
    /// Calls `body` with a server that shows the certificate of that name, and what asks clients for one of `ours`.
    private func withServer<Output>(
        _ certificates: TestCertificates,
        _ name: String = "ours-server",
        asksClients: Bool = false,
        options: [String] = [],
        _ body: (TestRedis) async throws -> Output
    ) async throws -> Output {
        try await TestRedis.with(
            options,
            port: .tls(
                certificate: certificates.certificate(name),
                key: certificates.key(name),
                authority: certificates.certificate("ours"),
                asksClients: asksClients
            ),
            body
        )
    }

    private func connected(
        _ server: TestRedis,
        _ files: RedisTLSFiles,
        host: String = "localhost",
        limit: Duration = .seconds(20)
    ) async throws -> RedisConnection {
        var configuration = try RedisConfiguration(url: "rediss://\(host):\(server.port)", tls: files)
        configuration.connectTimeout = limit
        configuration.commandTimeout = limit
        let connection = RedisConnection(configuration, name: "test")
        try await connection.connect()
        return connection
    }

    private func refusal(
        _ server: TestRedis,
        _ files: RedisTLSFiles,
        host: String = "localhost",
        limit: Duration = .seconds(20)
    ) async throws -> RedisError {
        let error = await #expect(throws: RedisError.self) {
            try await connected(server, files, host: host, limit: limit)
        }
        return try #require(error)
    }

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func anAuthorityThatIsNamedIsTrustedForTheServersNames(version: String) async throws {
        try await TestCertificates.with { certificates in
            try await withServer(certificates, options: ["--tls-protocols", version]) { server in
                let files = RedisTLSFiles(authorities: certificates.certificate("ours").string)
                for host in ["localhost", "127.0.0.1"] {
                    let connection = try await connected(server, files, host: host)
                    // More than TLS puts into one record, and more than the socket takes at once.
                    let value: [UInt8] = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                    let replies = try await connection.run([
                        RedisCommand("SET", bytes: [[1], value]), RedisCommand("GET", bytes: [[1]]),
                        RedisCommand("PING"),
                    ])
                    #expect(replies == [.status("OK"), .bytes(value), .status("PONG")])
                }
            }
        }
    }

    @Test func whatIsPublishedIsReceivedAndWhatIsHeldEndsWithItsTask() async throws {
        try await TestCertificates.with { certificates in
            try await withServer(certificates) { server in
                let files = RedisTLSFiles(authorities: certificates.certificate("ours").string)
                let (listener, speaker) = (try await connected(server, files), try await connected(server, files))
                try await listener.run(RedisCommand("SUBSCRIBE", "news"))
                #expect(try await listener.receive(within: .milliseconds(1)) == nil)
                // They come in one piece, of which the second waits within TLS or hiredis, not in the socket.
                _ = try await speaker.run([RedisCommand("PUBLISH", "news", "1"), RedisCommand("PUBLISH", "news", "2")])
                for text in ["1", "2"] {
                    let message = try await listener.receive(within: .seconds(20))
                    #expect(message == .array(["message", "news", text].map { .bytes(Array($0.utf8)) }))
                }
                let held = Task { try await speaker.run(RedisCommand("BLPOP", "none", "600"), holding: .seconds(600)) }
                let other = try await connected(server, files)
                while try await other.run(RedisCommand("INFO", "clients")).text?.contains("blocked_clients:1") != true {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                held.cancel()
                let error = await #expect(throws: RedisError.self) { try await held.value }
                #expect(error?.code == .cancelled)
            }
        }
    }

    @Test func aKilledServerIsAFailureAtOnceAndASilentOneAfterTheLimit() async throws {
        try await TestCertificates.with { certificates in
            try await withServer(certificates) { server in
                let files = RedisTLSFiles(authorities: certificates.certificate("ours").string)
                let (silent, lost) = (
                    try await connected(server, files, limit: .seconds(1)), try await connected(server, files)
                )
                server.pause()
                let silence = await #expect(throws: RedisError.self) { try await silent.run(RedisCommand("PING")) }
                #expect(silence?.code == .timeout)
                // The system accepts in its place; the handshake must not wait for ever.
                #expect(try await refusal(server, files, limit: .seconds(1)).message.hasPrefix("no TLS within"))
                server.goOn()
                server.kill()
                let loss = await #expect(throws: RedisError.self) { try await lost.run(RedisCommand("PING")) }
                #expect(loss?.code == .connectionLost)
            }
        }
    }

    struct Untrusted: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var names = "DNS:localhost,IP:127.0.0.1"
        var days = 2
        var authority = "ours"
        var host = "localhost"
        let sentence: String
    }

    @Test(arguments: [
        Untrusted(testDescription: "another authority", authority: "foreign", sentence: "VLOG_REDIS_CA_FILE"),
        Untrusted(testDescription: "another host", names: "DNS:redis.example", sentence: "is not for 'localhost'"),
        Untrusted(testDescription: "another address", names: "IP:127.0.0.2", host: "127.0.0.1", sentence: "is not for"),
        Untrusted(testDescription: "the name only", names: "DNS:localhost", host: "127.0.0.1", sentence: "is not for"),
        Untrusted(testDescription: "part of a wildcard", names: "DNS:local*", sentence: "is not for 'localhost'"),
        Untrusted(testDescription: "a common name alone", names: "", sentence: "subject alternative names"),
        Untrusted(testDescription: "expired", days: -1, sentence: "has expired: renew it"),
    ])
    func aServerThatDoesNotProveItselfIsToldNothing(_ untrusted: Untrusted) async throws {
        try await TestCertificates.with { certificates in
            try await certificates.issue(
                "this",
                by: untrusted.authority,
                for: untrusted.names,
                days: untrusted.days
            )
            try await withServer(certificates, "this") { server in
                let files = RedisTLSFiles(authorities: certificates.certificate("ours").string)
                let error = try await refusal(server, files, host: untrusted.host)
                #expect(error.code == .connectionFailed)
                #expect(error.message.contains(untrusted.sentence))
            }
        }
    }

    @Test func theSystemsAuthoritiesCountWhenNoneIsNamed() async throws {
        try await TestCertificates.with { certificates in
            try await withServer(certificates) { server in
                let error = try await refusal(server, RedisTLSFiles())
                #expect(error.message.contains("no authority that this system trusts"))
            }
        }
    }

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func aServerThatAsksForACertificateGetsOurs(version: String) async throws {
        try await TestCertificates.with { certificates in
            try await withServer(certificates, asksClients: true, options: ["--tls-protocols", version]) { server in
                var files = RedisTLSFiles(authorities: certificates.certificate("ours").string)
                #expect(try await refusal(server, files).message.contains("VLOG_REDIS_CERT_FILE"))
                files.certificate = certificates.certificate("foreign-server").string
                files.key = certificates.key("foreign-server").string
                _ = try await refusal(server, files)
                files.certificate = certificates.certificate("ours-server").string
                files.key = certificates.key("ours-server").string
                let connection = try await connected(server, files)
                #expect(try await connection.run(RedisCommand("PING")) == .status("PONG"))
            }
        }
    }

    @Test func filesThatCannotBeUsedAreNamed() async throws {
        try await TestCertificates.with { certificates in
            try await certificates.encrypt("ours-server", as: "locked")
            let (ours, key) = (certificates.certificate("ours-server").string, certificates.key("ours-server").string)
            let cases: [(RedisTLSFiles, String)] = [
                (RedisTLSFiles(authorities: "/nowhere/ca.crt"), "VLOG_REDIS_CA_FILE: '/nowhere/ca.crt'"),
                (RedisTLSFiles(authorities: key), "VLOG_REDIS_CA_FILE"),
                (RedisTLSFiles(certificate: "/nowhere/own.crt", key: key), "VLOG_REDIS_CERT_FILE"),
                (RedisTLSFiles(certificate: ours, key: "/nowhere/own.key"), "VLOG_REDIS_KEY_FILE"),
                (RedisTLSFiles(certificate: ours, key: certificates.key("locked").string), "without a passphrase"),
                (RedisTLSFiles(certificate: ours, key: certificates.key("ours").string), "is not that of the"),
            ]
            try await withServer(certificates) { server in
                for (files, sentence) in cases {
                    let error = try await refusal(server, files)
                    #expect(error.message.contains(sentence))
                }
            }
        }
    }

    @Test func withAndWithoutTLSAreToldApart() async throws {
        try await TestRedis.with(port: .plain) { server in
            let error = try await refusal(server, RedisTLSFiles(), limit: .seconds(1))
            #expect(error.code == .connectionFailed)
            #expect(error.message.contains("redis://"))
        }
        try await TestCertificates.with { certificates in
            try await withServer(certificates) { server in
                let plain = try RedisConfiguration(url: "redis://localhost:\(server.port)")
                let error = await #expect(throws: RedisError.self) {
                    try await RedisConnection(plain, name: "test").connect()
                }
                #expect(error?.code == .connectionFailed)
                #expect(error?.message.contains("rediss://") == true)
            }
        }
    }
}
