import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct RedisConnectionTests {
    private func connected(_ server: TestRedis) async throws -> RedisConnection {
        let connection = RedisConnection(try RedisConfiguration(url: server.url), name: "test")
        try await connection.connect()
        return connection
    }

    @Test func everyKindOfReplyComesAsWhatItIs() async throws {
        try await TestRedis.with { server in
            let connection = try await connected(server)
            // Whatever an argument holds, it is one.
            let value: [UInt8] = [0, 13, 10, 0xFF, 37, 115] + Array(repeating: 7, count: 100_000)
            #expect(try await connection.run(RedisCommand("SET", bytes: [[1, 32, 0], value])) == .status("OK"))
            #expect(try await connection.run(RedisCommand("GET", bytes: [[1, 32, 0]])) == .bytes(value))
            #expect(try await connection.run(RedisCommand("GET", "none")) == .null)
            #expect(try await connection.run(RedisCommand("SET", "empty", "")) == .status("OK"))
            #expect(try await connection.run(RedisCommand("GET", "empty")) == .bytes([]))
            #expect(try await connection.run(RedisCommand("INCR", "n")) == .integer(1))
            let replies = try await connection.run([
                RedisCommand("RPUSH", "list", "a", "b"), RedisCommand("LRANGE", "list", "0", "-1"),
                RedisCommand("INCR", "list"), RedisCommand("PING"),
            ])
            #expect(replies[1] == .array([.bytes(Array("a".utf8)), .bytes(Array("b".utf8))]))
            guard case .error(let message) = replies[2] else { throw RedisError(.unexpectedReply, "\(replies[2])") }
            #expect(message.hasPrefix("WRONGTYPE"))
            #expect(replies[3] == .status("PONG"))
        }
    }

    @Test func anErrorLeavesTheConnectionUsable() async throws {
        try await TestRedis.with { server in
            let connection = try await connected(server)
            let error = await #expect(throws: RedisError.self) { try await connection.run(RedisCommand("NOSUCH")) }
            #expect(error?.code == .refused)
            #expect(try await connection.run(RedisCommand("PING")) == .status("PONG"))
        }
    }

    @Test func aWrongPasswordIsRefusedAndNotTold() async throws {
        try await TestRedis.with(["--requirepass", "open sesame"]) { server in
            let path = server.url.dropFirst("unix://".count)
            let right = RedisConnection(
                try RedisConfiguration(url: "unix://:open%20sesame@\(path)?db=2"),
                name: "test"
            )
            try await right.connect()
            #expect(try await right.run(RedisCommand("PING")) == .status("PONG"))
            for url in ["unix://\(path)", "unix://:hunter2@\(path)", "unix://nobody:hunter2@\(path)"] {
                let wrong = RedisConnection(try RedisConfiguration(url: url), name: "test")
                let error = await #expect(throws: RedisError.self) { try await wrong.connect() }
                #expect(error?.code == .connectionFailed)
                #expect(error?.description.contains("hunter2") == false)
            }
        }
    }

    @Test func nobodyThereIsAFailureAtOnce() async throws {
        for url in ["unix:///nowhere/redis.sock", "redis://127.0.0.1:1"] {
            let connection = RedisConnection(try RedisConfiguration(url: url), name: "test")
            let error = await #expect(throws: RedisError.self) { try await connection.connect() }
            #expect(error?.code == .connectionFailed)
        }
    }

    @Test func aKilledServerIsAFailureAtOnceAndASilentOneAfterTheLimit() async throws {
        try await TestRedis.with { server in
            let silent = try await connected(server)
            server.pause()
            let start = ContinuousClock.now
            let error = await #expect(throws: RedisError.self) { try await silent.run(RedisCommand("PING")) }
            #expect(error?.code == .timeout)
            #expect(start.duration(to: .now) < .seconds(10))
            server.goOn()
            // The late reply must not be taken for another's.
            let closed = await #expect(throws: RedisError.self) { try await silent.run(RedisCommand("PING")) }
            #expect(closed?.code == .closed)

            let lost = try await connected(server)
            server.kill()
            let loss = await #expect(throws: RedisError.self) { try await lost.run(RedisCommand("PING")) }
            #expect(loss?.code == .connectionLost)
        }
    }

    @Test func commandsThatTheServerHoldsEndWithTheirTasks() async throws {
        try await TestRedis.with { server in
            let other = try await connected(server)
            // More than the shared pool has threads, which must all stay free.
            var held: [Task<RedisReply, any Error>] = []
            for _ in 0..<20 {
                let connection = try await connected(server)
                held.append(
                    Task { try await connection.run(RedisCommand("BLPOP", "nothing", "600"), holding: .seconds(600)) }
                )
            }
            while try await other.run(RedisCommand("INFO", "clients")).text?.contains("blocked_clients:20") != true {
                try Task.checkCancellation()
                await Task.yield()
            }
            let start = ContinuousClock.now
            for task in held { task.cancel() }
            for task in held {
                let error = await #expect(throws: RedisError.self) { try await task.value }
                #expect(error?.code == .cancelled)
            }
            #expect(start.duration(to: .now) < .seconds(30))
        }
    }

    @Test func whatIsPublishedIsReceived() async throws {
        try await TestRedis.with { server in
            let (listener, speaker) = (try await connected(server), try await connected(server))
            try await listener.run(RedisCommand("SUBSCRIBE", "news"))
            #expect(try await listener.receive(within: .milliseconds(1)) == nil)
            #expect(try await speaker.run(RedisCommand("PUBLISH", "news", "a\0b")) == .integer(1))
            let message = try await listener.receive(within: .seconds(20))
            #expect(message == .array(["message", "news", "a\0b"].map { .bytes(Array($0.utf8)) }))
        }
    }
}
