import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import Redis
import TestSupport
import Testing
import VLogCore

@testable import APIServer

/// Two servers on one Redis let as many wrong attempts through as one.
@Suite(.timeLimit(.minutes(2))) struct SharedAttemptTests {
    private static let limit = 4

    private func withServers(
        _ url: String?,
        perAddress: Int = limit,
        inTotal: Int = 200,
        _ body: @Sendable (TwoServers) async throws -> Void
    ) async throws {
        try await TwoServers.with(redis: (url, url)) {
            $0.limits.attemptsPerAddress = perAddress
            $0.limits.attemptsInTotal = inTotal
        } _: { servers in
            if url != nil {
                for server in servers.all { await server.services.untilRedis(isUsed: true) }
            }
            try await body(servers)
        }
    }

    @Test func guessesAtTwoServersCountAsThoseAtOne() async throws {
        try await TestRedis.with { redis in
            try await withServers(redis.url) { (servers) async throws in
                for number in 0..<Self.limit {
                    #expect(try await servers.all[number % 2].register(with: "guess \(number)").status == 401)
                }
                for server in servers.all {
                    for secret in ["guess", TestCredentials.secret] {
                        let answer = try await server.register(with: secret)
                        #expect(answer.status == 429)
                        let wait = try #require(answer.headers["retry-after"].flatMap { Int($0) })
                        #expect((1...901).contains(wait))
                    }
                }
            }
        }
    }

    @Test func withoutRedisEachServerCountsForItself() async throws {
        try await withServers(nil) { (servers) async throws in
            for server in servers.all {
                for _ in 0..<Self.limit { #expect(try await server.register(with: "guess").status == 401) }
                #expect(try await server.register(with: TestCredentials.secret).status == 429)
            }
        }
    }

    @Test func manyAtOnceDoNotGetPastTheLimit() async throws {
        try await TestRedis.with { redis in
            try await withServers(redis.url) { (servers) async throws in
                let statuses = try await withThrowingTaskGroup { group in
                    for number in 0..<40 {
                        group.addTask { try await servers.all[number % 2].guessSlowly(from: "192.0.2.1") }
                    }
                    return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
                }
                #expect(statuses == ["wrong": Self.limit, "limited": 40 - Self.limit])
            }
        }
    }

    @Test func rightSecretsAtOnceAreNeverTooManyAndWrongOnesAre() async throws {
        try await TestRedis.with { redis in
            try await withServers(redis.url) { (servers) async throws in
                for secret in [TestCredentials.secret, "guess"] {
                    let statuses = try await withThrowingTaskGroup { group in
                        for number in 0..<40 {
                            group.addTask { try await servers.all[number % 2].authenticate(with: secret) }
                        }
                        return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
                    }
                    let wrong = ["wrong": Self.limit, "limited": 40 - Self.limit]
                    #expect(statuses == (secret == "guess" ? wrong : ["right": 40]))
                }
            }
        }
    }

    @Test func aRightOneClearsTheAddressAtBothAndTheTotalStays() async throws {
        try await TestRedis.with { redis in
            try await withServers(redis.url, inTotal: 7) { (servers) async throws in
                for _ in 0..<3 { #expect(try await servers.first.register(with: "guess").status == 401) }
                for _ in 0..<3 {
                    #expect(try await servers.second.register(with: TestCredentials.secret).status == 201)
                }
                for _ in 0..<Self.limit { #expect(try await servers.first.register(with: "guess").status == 401) }
                // Seven wrong ones in all: from nowhere may there be more.
                let elsewhere = try await servers.second.guessSlowly(from: "192.0.2.1")
                #expect(elsewhere == "limited")
            }
        }
    }

    @Test func whatCouldNotBeDecidedDoesNotCount() async throws {
        struct Undecided: Error {}
        try await TestRedis.with { redis in
            try await withServers(redis.url) { (servers) async throws in
                for number in 0..<(3 * Self.limit) {
                    let attempts = servers.all[number % 2].services.attempts
                    await #expect(throws: Undecided.self) {
                        _ = try await attempts.attempt(from: "192.0.2.1") { throw Undecided() }
                    }
                }
                let counts = try await redis.keys().filter { $0.hasPrefix("vlog:attempts:") }
                #expect(counts.isEmpty)
            }
        }
    }

    @Test func whenRedisGoesTheLimitHoldsAtEachServerAndTheRightSecretIsTaken() async throws {
        try await TestRedis.with { redis in
            try await withServers(redis.url) { (servers) async throws in
                for number in 0..<Self.limit {
                    #expect(try await servers.all[number % 2].register(with: "guess").status == 401)
                }
                redis.kill()
                for server in servers.all { await server.services.untilRedis(isUsed: false) }
                // Half of the guesses were made here.
                for _ in 0..<(Self.limit / 2) {
                    #expect(try await servers.first.register(with: "guess").status == 401)
                }
                #expect(try await servers.first.register(with: TestCredentials.secret).status == 429)
                #expect(try await servers.second.register(with: TestCredentials.secret).status == 201)
                for _ in 0..<Self.limit { #expect(try await servers.second.register(with: "guess").status == 401) }
                #expect(try await servers.second.register(with: "guess").status == 429)

                try await redis.start()
                for server in servers.all { await server.services.untilRedis(isUsed: true) }
                for number in 0..<Self.limit {
                    #expect(try await servers.all[number % 2].register(with: "guess").status == 401)
                }
                for server in servers.all { #expect(try await server.register(with: "guess").status == 429) }
            }
        }
    }

    @Test func aSilentRedisDelaysALoginByNoMoreThanTheLimitOfACommand() async throws {
        try await TestRedis.with { redis in
            try await withServers(redis.url) { (servers) async throws in
                redis.pause()
                // Redis has a second for each command; what is more is this machine's.
                let start = ContinuousClock.now
                for _ in 0..<20 {
                    #expect(try await servers.first.register(with: TestCredentials.secret).status == 201)
                }
                #expect(start.duration(to: .now) < .seconds(20))
                redis.goOn()
            }
        }
    }

    @Test func guessesAtKeysCountTogetherAndAFleetOfTwoServersIsLetIn() async throws {
        try await TestRedis.with { redis in
            // One: two servers look at two keys of the fleet at once.
            try await withServers(redis.url, perAddress: 1) { (servers) async throws in
                let heartbeat = HeartbeatRequest(capabilities: TestRunner.capabilities)
                var keys: [String] = []
                for number in 1...24 {
                    keys.append(try await TestRunner(servers.first, name: "runner \(number)").key)
                }
                for server in servers.all { server.services.workerKeys.forget() }
                let statuses = try await withThrowingTaskGroup { group in
                    for (number, key) in keys.enumerated() {
                        let runner = TestRunner(port: servers.all[number % 2].workerPort, key: key)
                        group.addTask { try await runner.send("POST", "/api/worker/heartbeat", heartbeat).status }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == Array(repeating: 200, count: 24))

                for number in 0..<4 {
                    let guess = WorkerAPIKey().text
                    let answer = try await TestRunner(port: servers.all[number % 2].workerPort, key: guess)
                        .send("POST", "/api/worker/heartbeat", heartbeat)
                    #expect(answer.status == (number < 1 ? 401 : 429), "guess \(number)")
                }
                // Keys are not the admin's secret.
                #expect(try await servers.first.register(with: TestCredentials.secret).status == 201)
            }
        }
    }

    @Test func whateverAnAddressHoldsItIsOneCountWithAnEnd() async throws {
        let hostile = [
            "192.0.2.1", "192.0.2.1 ", "", "*", "x\r\nFLUSHALL\r\n", "x\0y", "'] redis.call('FLUSHALL') --", "%s%n",
            "vlog:jobs:high", String(repeating: "x", count: 100_000), "\u{1F600}",
        ]
        try await TestRedis.with { redis in
            try await withServers(redis.url) { (servers) async throws in
                let connection = try await redis.connected()
                let before = Set(try await redis.keys())
                for address in hostile {
                    for number in 0..<Self.limit {
                        #expect(try await servers.all[number % 2].guessSlowly(from: address) == "wrong")
                    }
                    #expect(try await servers.second.guessSlowly(from: address) == "limited")
                }
                let keys = Set(try await redis.keys())
                #expect(keys.isSuperset(of: before))
                let counts = keys.subtracting(before)
                #expect(counts.count == hostile.count + 1)
                for key in counts {
                    #expect(key.utf8.count <= 100)
                    #expect(!key.contains("192.0.2"))
                    let left = try await connection.run(RedisCommand("PTTL", key))
                    guard case .integer(let milliseconds) = left else { throw RedisError(.unexpectedReply, "\(left)") }
                    #expect((1...900_000).contains(milliseconds))
                }
            }
        }
    }

    @Test func aCountThatSomebodyElseMadeEndsTooAndOneThatIsNoNumberLeavesItToTheServers() async throws {
        try await TestRedis.with { redis in
            try await withServers(redis.url) { (servers) async throws in
                let connection = try await redis.connected()
                let total = RedisKeys.attempts(at: "admin", from: nil)
                try await connection.run(RedisCommand("SET", total, "1000"))
                #expect(try await servers.first.register(with: "guess").status == 429)
                #expect(try await connection.run(RedisCommand("PTTL", total)) != .integer(-1))

                try await connection.run(RedisCommand("DEL", total))
                try await connection.run(RedisCommand("HSET", total, "a", "b"))
                for server in servers.all {
                    for _ in 0..<Self.limit { #expect(try await server.register(with: "guess").status == 401) }
                    #expect(try await server.register(with: TestCredentials.secret).status == 429)
                    #expect(server.services.bus.redis?.isConnected == true)
                }
            }
        }
    }
}

extension TestRedis {
    fileprivate func connected() async throws -> RedisConnection {
        let connection = RedisConnection(try RedisConfiguration(url: url), name: "test")
        try await connection.connect()
        return connection
    }

    fileprivate func keys() async throws -> [String] {
        try await connected().run(RedisCommand("KEYS", "*")).array?.compactMap(\.text) ?? []
    }
}

extension RunningServer {
    /// Asks for a key with an admin secret, right or wrong.
    fileprivate func register(with secret: String) async throws -> Wire.Answer {
        try await Wire.exchange(
            workerPort,
            "POST",
            "/api/worker/register",
            ["X-Admin-Secret": secret, "Content-Type": "application/json"],
            body: try TestRunner.encode(RegisterRequest(name: "runner"))
        )
    }

    /// Asks the Admin API for something with a secret, and what becomes of it.
    fileprivate func authenticate(with secret: String) async throws -> String {
        try await buildAdminApplication(services).test(.router) { client in
            let answer = try await client.execute(uri: "/api/categories", method: .get, headers: [.adminSecret: secret])
            switch answer.status {
            case .ok: return "right"
            case .unauthorized: return "wrong"
            case .tooManyRequests: return "limited"
            default: return "\(answer.status)"
            }
        }
    }

    /// A wrong password whose check takes until the database has answered, and what becomes of it.
    fileprivate func guessSlowly(from address: String) async throws -> String {
        do {
            let isRight = try await services.attempts.attempt(from: address) {
                _ = try await services.pool.query("SELECT pg_sleep(0.01)")
                return false
            }
            return isRight ? "right" : "wrong"
        } catch let error as APIError where error.status == .tooManyRequests {
            return "limited"
        }
    }
}
