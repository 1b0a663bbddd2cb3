import Catalog
import Foundation
import Postgres
import Testing
import VLogCore

@testable import APIServer

/// How workers are let in, refused and taken out of service.
@Suite(.timeLimit(.minutes(2))) struct WorkerServiceTests {
    private func beat(_ runner: TestRunner, version: String = productVersion) async throws -> Wire.Answer {
        var capabilities = TestRunner.capabilities
        capabilities.version = version
        return try await runner.send(
            "POST",
            "/api/worker/heartbeat",
            HeartbeatRequest(capabilities: capabilities)
        )
    }

    private func id(of name: String, _ server: RunningServer) async throws -> WorkerID {
        try #require(try await server.services.catalog.workers.list().first { $0.name == name }).id
    }

    /// Another server revokes it: this one hears of that from the database, though it has just found the key right.
    @Test func aRevokedKeyEndsAtOnceOnEveryServer() async throws {
        try await withServer { server in
            let (runner, other) = (try await TestRunner(server, name: "a"), try await TestRunner(server, name: "b"))
            #expect(try await beat(runner).status == 200)
            #expect(try await server.services.catalog.workers.revokeKeys(id(of: "a", server)))
            while try await beat(runner).status != 401 { try Task.checkCancellation() }
            #expect(try await beat(other).status == 200)
        }
    }

    @Test func aKeyOfAnEarlierInstallationWorksAndIsHashedAnew() async throws {
        try await withServer { server in
            let runner = try await TestRunner(server, name: "old")
            let pool = server.services.pool
            let legacy = "sha256:" + Secret.hexHash(runner.key)
            try await pool.execute("UPDATE worker_api_keys SET hash = \(legacy)")
            server.services.workerKeys.forget()
            #expect(try await beat(runner).status == 200)
            let row = try #require(try await pool.query("SELECT hash FROM worker_api_keys").first)
            let hash = try row.decode("hash", as: String.self)
            #expect(hash.hasPrefix("$argon2id$"))
            server.services.workerKeys.forget()
            #expect(try await beat(runner).status == 200)

            try await pool.execute("UPDATE worker_api_keys SET hash = \("sha256:" + Secret.hexHash("other"))")
            server.services.workerKeys.forget()
            #expect(try await beat(runner).status == 401)
        }
    }

    @Test func tooManyWrongKeysAreNotLookedAtAnyMore() async throws {
        try await withServer { server in
            let runner = try await TestRunner(server)
            #expect(try await beat(runner).status == 200)
            var statuses: [Int] = []
            for number in 0..<12 {
                let guess = TestRunner(port: server.workerPort, key: "vlogw_x\(number)_guess")
                statuses.append(try await beat(guess).status)
            }
            #expect(statuses.prefix(10).allSatisfy { $0 == 401 })
            #expect(statuses.suffix(2).allSatisfy { $0 == 429 })
            // Who was known before still is.
            #expect(try await beat(runner).status == 200)
        }
    }

    @Test(arguments: ["0.0.9", "", "nightly", "0.1"]) func aStaleRunnerIsToldWhatToInstall(version: String) async throws
    {
        try await withServer { server in
            let runner = try await TestRunner(server)
            let answer = try await beat(runner, version: version)
            #expect(answer.status == 426)
            #expect(try answer.error.detail.contains(productVersion))
            #expect(try await beat(runner, version: "10.0.0-beta.1").status == 200)
        }
    }

    @Test func drainingReachesARunnerThatWaitsForAJob() async throws {
        try await withServer { server in
            let runner = try await TestRunner(server, name: "a")
            #expect(try await beat(runner).json(HeartbeatResponse.self).drain == false)
            let started = ContinuousClock.now
            async let claim = runner.claim(wait: 30)
            let id = try await id(of: "a", server)
            let answer = try await Wire.exchange(
                server.adminPort,
                "PUT",
                "/api/workers/\(id)/drain",
                ["X-Admin-Secret": TestCredentials.secret]
            )
            #expect(answer.status == 204)
            #expect(try await claim == nil)
            #expect(ContinuousClock.now - started < .seconds(20))
            #expect(try await beat(runner).json(HeartbeatResponse.self).drain)
            let revoked = try await Wire.exchange(
                server.adminPort,
                "DELETE",
                "/api/workers/\(id)/keys",
                ["X-Admin-Secret": TestCredentials.secret]
            )
            #expect(revoked.status == 204)
        }
    }
}
