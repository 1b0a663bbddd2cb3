import Catalog
import Foundation
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct WorkerAuthenticationTests {
    private static let heartbeat = HeartbeatRequest(capabilities: TestRunner.capabilities)

    @Test func aKeyOpensTheAPIAsHeaderAndAsBearerToken() async throws {
        try await withServer { server in
            let runner = try await TestRunner(server)
            #expect(try await runner.send("POST", "/api/worker/heartbeat", Self.heartbeat).status == 200)
            let answer = try await Wire.exchange(
                server.workerPort,
                "POST",
                "/api/worker/heartbeat",
                ["Authorization": "Bearer \(runner.key)", "Content-Type": "application/json"],
                body: try TestRunner.encode(Self.heartbeat)
            )
            #expect(answer.status == 200)
            #expect(try await server.services.catalog.workers.anyOnline())
        }
    }

    @Test func aFleetBehindOneAddressIsLetInAfterARestart() async throws {
        try await withServer { server in
            var runners: [TestRunner] = []
            for number in 1...24 { runners.append(try await TestRunner(server, name: "runner-\(number)")) }
            server.services.workerKeys.forget()
            let statuses = try await withThrowingTaskGroup { group in
                for runner in runners {
                    group.addTask { try await runner.send("POST", "/api/worker/heartbeat", Self.heartbeat).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 24))
        }
    }

    @Test func whoGuessesDoesNotLockOutTheRunnersBehindTheSameAddress() async throws {
        try await withServer {
            $0.limits.attemptsPerAddress = 3
        } body: { server in
            let runner = try await TestRunner(server)
            #expect(try await runner.send("POST", "/api/worker/heartbeat", Self.heartbeat).status == 200)
            let prefix = runner.key.split(separator: "_")[1]
            var statuses: [Int] = []
            for number in 0..<5 {
                let guess = TestRunner(port: server.workerPort, key: "vlogw_\(prefix)_guess\(number)")
                statuses.append(try await guess.send("POST", "/api/worker/heartbeat", Self.heartbeat).status)
            }
            #expect(statuses == [401, 401, 401, 429, 429])
            // When its minute is over, the runner's key is looked at again.
            server.services.workerKeys.forget()
            #expect(try await runner.send("POST", "/api/worker/heartbeat", Self.heartbeat).status == 200)
            // One that has ended is no better than a guess, from the second time on.
            _ = try await TestRunner(server)
            #expect(try await runner.send("POST", "/api/worker/heartbeat", Self.heartbeat).status == 401)
            server.services.workerKeys.forget()
            #expect(try await runner.send("POST", "/api/worker/heartbeat", Self.heartbeat).status == 429)
        }
    }

    @Test func everyWrongKeyGetsTheSameAnswer() async throws {
        try await withServer { server in
            let runner = try await TestRunner(server)
            let prefix = runner.key.split(separator: "_")[1]
            let keys = [
                "", "x", "vlogw__", "vlogw_unknown_secret", "vlogw_\(prefix)_wrong", runner.key + "x",
                String(runner.key.dropLast()), TestCredentials.secret, String(repeating: "x", count: 5000),
            ]
            var answers: Set<String> = []
            for key in keys {
                let answer = try await TestRunner(port: server.workerPort, key: key)
                    .send("POST", "/api/worker/heartbeat", Self.heartbeat)
                #expect(answer.status == 401)
                answers.insert(try answer.error.detail)
            }
            #expect(answers.count == 1)
        }
    }

    @Test func registeringAgainEndsTheOldKey() async throws {
        try await withServer { server in
            let old = try await TestRunner(server, name: "same")
            #expect(try await old.send("POST", "/api/worker/heartbeat", Self.heartbeat).status == 200)
            let new = try await TestRunner(server, name: "same")
            #expect(try await old.send("POST", "/api/worker/heartbeat", Self.heartbeat).status == 401)
            #expect(try await new.send("POST", "/api/worker/heartbeat", Self.heartbeat).status == 200)
        }
    }

    @Test func onlyTheAdminSecretRegistersWorkers() async throws {
        try await withServer { server in
            let body = try TestRunner.encode(RegisterRequest(name: "runner"))
            for secret in [nil, "", "wrong"] as [String?] {
                var headers = ["Content-Type": "application/json"]
                headers["X-Admin-Secret"] = secret
                let answer = try await Wire.exchange(
                    server.workerPort,
                    "POST",
                    "/api/worker/register",
                    headers,
                    body: body
                )
                #expect(answer.status == 401)
            }
            #expect(try await server.services.catalog.workers.list().isEmpty)
        }
    }

    @Test(arguments: ["", String(repeating: "x", count: 101), "two\nlines"])
    func aNameMustBeAShortLine(name: String) async throws {
        try await withServer { server in
            let answer = try await Wire.exchange(
                server.workerPort,
                "POST",
                "/api/worker/register",
                ["X-Admin-Secret": TestCredentials.secret, "Content-Type": "application/json"],
                body: try TestRunner.encode(RegisterRequest(name: name))
            )
            #expect(answer.status == 400)
        }
    }
}
