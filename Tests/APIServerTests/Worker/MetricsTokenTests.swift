import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct MetricsTokenTests {
    private static let token = "a token for the tests"

    private func scrape(_ server: RunningServer, _ headers: [String: String]) async throws -> Wire.Answer {
        try await Wire.exchange(server.workerPort, "GET", "/api/metrics", headers)
    }

    @Test func theTokenOpensTheMetricsAndNothingElse() async throws {
        try await withServer {
            $0.metricsToken = Self.token
        } body: { server in
            let headers = ["Authorization": "Bearer \(Self.token)"]
            let answer = try await scrape(server, headers)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            #expect(answer.headers["cache-control"] == "no-store")
            let claim = try await Wire.exchange(server.workerPort, "POST", "/api/worker/claim", headers)
            #expect(claim.status == 401)
        }
    }

    @Test func nothingElseOpensTheMetrics() async throws {
        try await withServer {
            $0.metricsToken = Self.token
        } body: { server in
            let runner = try await TestRunner(server)
            for headers in [
                [:], ["Authorization": "Bearer guess"], ["Authorization": Self.token], ["X-API-Key": runner.key],
                ["Authorization": "Bearer \(runner.key)"], ["X-Admin-Secret": TestCredentials.secret],
            ] {
                let answer = try await scrape(server, headers)
                #expect(answer.status == 401, "\(headers)")
                #expect(try answer.error.detail.contains("VLOG_METRICS_TOKEN"))
                #expect(!answer.text.contains(Self.token))
            }
        }
    }

    @Test(arguments: ["", "Bearer", "Bearer "])
    func withoutATokenThatIsSetTheyAreClosed(authorization: String) async throws {
        try await withServer { (server) async throws in
            #expect(try await scrape(server, ["Authorization": authorization]).status == 401)
        }
    }

    /// A scraper with an old token asks for ever; that must not keep an admin behind the same address out.
    @Test func wrongTokensAreLimitedAndCountForNothingElse() async throws {
        try await withServer {
            $0.metricsToken = Self.token
            $0.limits.attemptsPerAddress = 3
        } body: { server in
            for _ in 0..<3 {
                #expect(try await scrape(server, ["Authorization": "Bearer old"]).status == 401)
            }
            for token in ["old", Self.token] {
                #expect(try await scrape(server, ["Authorization": "Bearer \(token)"]).status == 429)
            }
            _ = try await TestRunner(server)
        }
    }
}
