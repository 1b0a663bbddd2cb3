import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct LeaseExpiryTests {
    @Test func aJobWhoseRunnerDiedGoesToTheNextOne() async throws {
        try await withServer {
            $0.limits.jobLease = .seconds(1)
        } body: { server in
            try await server.services.addVideo("Clip")
            let dead = try #require(try await TestRunner(server, name: "dead").claim())
            let next = try #require(try await TestRunner(server, name: "next").claim(wait: 30))
            #expect(next.job.jobID == dead.job.jobID)
            #expect(next.job.attempt == 2)
        }
    }
}
