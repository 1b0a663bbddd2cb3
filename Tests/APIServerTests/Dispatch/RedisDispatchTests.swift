import Catalog
import Postgres
import Redis
import TestSupport
import Testing
import VLogCore

@testable import APIServer

/// Two servers that reach the same Redis.
@Suite(.timeLimit(.minutes(3))) struct RedisDispatchTests {
    /// Less than the time after which a claim looks without having been told.
    private static let atOnce = Duration.seconds(4)

    private func withServers(
        adjust: @Sendable (inout ServerConfiguration) -> Void = { _ in },
        _ body: @Sendable (TwoServers, TestRedis) async throws -> Void
    ) async throws {
        try await TestRedis.with { redis in
            try await TwoServers.with(redis: (redis.url, redis.url), adjust: adjust) { servers in
                for server in servers.all { await server.services.untilRedis(isUsed: true) }
                try await body(servers, redis)
            }
        }
    }

    private func connection(_ redis: TestRedis) async throws -> RedisConnection {
        let connection = RedisConnection(try RedisConfiguration(url: redis.url), name: "test")
        try await connection.connect()
        return connection
    }

    @Test func aJobMadeThroughOneServerIsClaimedAtOnceAtTheOther() async throws {
        try await withServers { servers, redis in
            let runner = try await TestRunner(servers.second)
            for round in 1...3 {
                async let claimed = runner.claim(wait: 25)
                await servers.second.untilWaiting(1)
                let start = ContinuousClock.now
                let (id, _) = try await servers.first.services.addVideo("Clip \(round)")
                #expect(try await claimed?.job.videoID == id)
                #expect(start.duration(to: .now) < Self.atOnce)
            }
            // While somebody waits, what is left over is read, too.
            async let nothing = runner.claim(wait: 10)
            try await untilNothingIsLeft(in: redis)
            #expect(try await nothing == nil)
        }
    }

    @Test func aJobThatNobodyAtOneServerCanDoIsClaimedAtTheOther() async throws {
        try await withServers { servers, _ in
            let unable = try await TestRunner(servers.first, name: "unable")
            let able = try await TestRunner(servers.second, name: "able")
            async let nothing = unable.claim(wait: 10)
            await servers.first.untilWaiting(1)
            for round in 1...6 {
                var hevc = TestRunner.capabilities
                hevc.codecs = ["h264", "hevc"]
                async let claimed = able.send("POST", "/api/worker/claim", ClaimRequest(wait: 25, capabilities: hevc))
                await servers.second.untilWaiting(1)
                let start = ContinuousClock.now
                var profile = TranscodeProfile()
                profile.codecs = [.h264, .hevc]
                // Redis gives the entry to whichever server it likes.
                let (id, _) = try await servers.first.services.addVideo("Clip \(round)", profile: profile)
                #expect(try await claimed.json(ClaimedJob.self).videoID == id)
                #expect(start.duration(to: .now) < Self.atOnce)
            }
            #expect(try await nothing == nil)
        }
    }

    @Test func whatHappensAtOneServerIsHeardOfAtTheOther() async throws {
        try await withServers { servers, _ in
            let (id, _) = try await servers.first.services.addVideo("Clip")
            for (here, there) in [(servers.first, servers.second), (servers.second, servers.first)] {
                let events = there.services.events.subscribe()
                let start = ContinuousClock.now
                _ = try await here.services.catalog.videos.edit(id, VideoEdit(title: "New"))
                for await event in events where event == .changed(id) { break }
                #expect(start.duration(to: .now) < Self.atOnce)
            }
        }
    }

    @Test(arguments: [true, false])
    func aRevokedKeyEndsOnBothServersWithOrWithoutRedis(hasRedis: Bool) async throws {
        try await withServers { servers, redis in
            let beat = HeartbeatRequest(capabilities: TestRunner.capabilities)
            let runner = try await TestRunner(servers.first)
            let other = TestRunner(port: servers.second.workerPort, key: runner.key)
            for one in [runner, other] {
                #expect(try await one.send("POST", "/api/worker/heartbeat", beat).status == 200)
            }
            if !hasRedis {
                redis.kill()
                for server in servers.all { await server.services.untilRedis(isUsed: false) }
                #expect(try await other.send("POST", "/api/worker/heartbeat", beat).status == 200)
            }
            let messages = servers.second.services.bus.messages()
            let worker = try #require(try await servers.first.services.catalog.workers.list().first).id
            _ = try await servers.first.services.catalog.workers.revokeKeys(worker)
            for await case .notification("vlog_workers", _) in messages { break }
            // The message has been passed on to everybody who listens; the key checks forget as soon as they see it.
            while try await other.send("POST", "/api/worker/heartbeat", beat).status != 401 {
                try Task.checkCancellation()
            }
        }
    }

    @Test func whatAKilledServerTookIsTakenOver() async throws {
        try await withServers {
            $0.limits.dispatchIdle = .seconds(1)
        } _: { servers, redis in
            let runner = try await TestRunner(servers.first)
            async let claimed = runner.claim(wait: 25)
            await servers.first.untilWaiting(1)
            let pool = servers.first.services.pool
            try await pool.execute(
                """
                INSERT INTO videos (slug, title, source_filename, source_extension, source_bytes, source_etag)
                VALUES ('v', 'v', 'v.mp4', 'mp4', 1, 'e')
                """
            )
            let row = try await pool.query(
                """
                INSERT INTO transcoding_jobs (video_id, profile, generation)
                SELECT id, \(PostgresJSON(TranscodeProfile())), 1 FROM videos RETURNING id
                """
            ).first
            let job = try #require(try row?.decode("id", as: JobID.self))
            // In one step, so that none of the servers that wait for it gets it first.
            let dead = try await connection(redis)
            let start = ContinuousClock.now
            let replies = try await dead.run([
                RedisCommand("MULTI"), RedisCommand("XADD", "vlog:jobs:normal", "*", "job", "\(job)"),
                RedisCommand("XREADGROUP", "GROUP", "servers", "dead", "STREAMS", "vlog:jobs:normal", ">"),
                RedisCommand("EXEC"),
            ])
            #expect(replies.last?.array?.count == 2)
            #expect(try await claimed?.job.jobID == job)
            #expect(start.duration(to: .now) < Self.atOnce)
            try await untilNothingIsLeft(in: redis)
        }
    }

    @Test func whatIsOfNoUseIsForgotten() async throws {
        try await withServers { servers, redis in
            let stranger = try await connection(redis)
            for fields in [["job", "99999"], ["job", "none"], ["x", "y"]] {
                for stream in RedisKeys.streams {
                    try await stranger.run(RedisCommand("XADD", [stream, "*"] + fields))
                }
            }
            try await stranger.run(RedisCommand("PUBLISH", "vlog:0:vlog_jobs", "none"))
            try await stranger.run(RedisCommand("PUBLISH", "vlog:0:vlog_events", "none"))
            let runner = try await TestRunner(servers.first)
            async let claimed = runner.claim(wait: 25)
            try await untilNothingIsLeft(in: redis)
            let (id, _) = try await servers.second.services.addVideo("Clip")
            #expect(try await claimed?.job.videoID == id)
            #expect(servers.all.allSatisfy { $0.services.bus.redis?.isConnected == true })
        }
    }

    @Test func aRedisThatForgotEverythingIsSetUpAgain() async throws {
        try await withServers { servers, redis in
            let runner = try await TestRunner(servers.first)
            async let claimed = runner.claim(wait: 25)
            await servers.first.untilWaiting(1)
            try await connection(redis).run(RedisCommand("FLUSHALL"))
            await servers.first.services.untilRedis(isUsed: true)
            let (id, _) = try await servers.second.services.addVideo("Clip")
            #expect(try await claimed?.job.videoID == id)
        }
    }

    @Test func aServerWithoutRedisHearsAndIsHeard() async throws {
        try await TestRedis.with { redis in
            try await TwoServers.with(redis: (redis.url, "unix:///nowhere.sock")) { servers in
                await servers.first.services.untilRedis(isUsed: true)
                let (id, _) = try await servers.first.services.addVideo("Clip")
                let connected = servers.first.services.events.subscribe()
                _ = try await servers.second.services.catalog.videos.edit(id, VideoEdit(title: "New"))
                for await event in connected where event == .changed(id) { break }

                // What was said over Redis alone is made good by looking at everything every few seconds.
                let deaf = servers.second.services.bus.messages()
                let start = ContinuousClock.now
                for await message in deaf where message == .doubtful { break }
                #expect(start.duration(to: .now) < .seconds(10))

                let runner = try await TestRunner(servers.second)
                #expect(try await runner.claim()?.job.videoID == id)
                async let claimed = runner.claim(wait: 25)
                await servers.second.untilWaiting(1)
                let late = ContinuousClock.now
                let (next, _) = try await servers.first.services.addVideo("Next")
                #expect(try await claimed?.job.videoID == next)
                #expect(late.duration(to: .now) < .seconds(10))
            }
        }
    }

    /// Returns when no stream has an entry, and none is pending.
    private func untilNothingIsLeft(in redis: TestRedis) async throws {
        let connection = try await connection(redis)
        var left = -1
        while left != 0 {
            try Task.checkCancellation()
            left = 0
            for stream in RedisKeys.streams {
                if case .integer(let length) = try await connection.run(RedisCommand("XLEN", stream)) {
                    left += Int(length)
                }
                let pending = try await connection.run(RedisCommand("XPENDING", stream, RedisKeys.group))
                if case .integer(let count)? = pending.array?.first { left += Int(count) }
            }
        }
    }
}
