import Catalog
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct WorkerTests {
    @Test func registeringANameAgainEndsItsOldKey() async throws {
        try await CatalogFixture.with { fixture in
            let workers = fixture.catalog.workers
            let first = try await workers.register(name: "a", keyPrefix: "p1", keyHash: "h1")
            #expect(try await workers.key(prefix: "p1")?.workerID == first)
            #expect(try await workers.register(name: "a", keyPrefix: "p2", keyHash: "h2") == first)
            #expect(try await workers.key(prefix: "p1") == nil)
            let key = try await workers.key(prefix: "p2")
            #expect(key?.hash == "h2")
            #expect(key?.isEnabled == true)
            #expect(try await workers.key(prefix: "p") == nil)
        }
    }

    @Test func ofManyRegistrationsAtOnceOneKeyIsLeft() async throws {
        try await CatalogFixture.with { fixture in
            let workers = fixture.catalog.workers
            try await withThrowingTaskGroup { group in
                for number in 0..<10 {
                    group.addTask { try await workers.register(name: "a", keyPrefix: "p\(number)", keyHash: "h") }
                }
                try await group.waitForAll()
            }
            #expect(try await fixture.count("SELECT count(*) FROM worker_api_keys WHERE revoked_at IS NULL") == 1)
        }
    }

    @Test func aWorkerIsOnlineForAMinuteAfterItWasHeardOf() async throws {
        try await CatalogFixture.with { fixture in
            let workers = fixture.catalog.workers
            let id = try await workers.register(name: "a", keyPrefix: "p", keyHash: "h")
            #expect(try await workers.list().map(\.status) == [.offline])
            #expect(try await workers.anyOnline() == false)
            try await workers.heartbeat(id, .sample)
            let body = try #require(try await workers.list().first)
            #expect(body.status == .online)
            #expect(body.version == "0.1.0")
            #expect(body.accelerators == ["cpu"])
            #expect(body.lastSeenAt != nil)
            #expect(try await workers.anyOnline())
            try await fixture.pool.execute("UPDATE workers SET last_seen_at = now() - interval '61 seconds'")
            #expect(try await workers.list().map(\.status) == [.offline])
            try await fixture.pool.execute("UPDATE workers SET enabled = false, last_seen_at = now()")
            #expect(try await workers.list().map(\.status) == [.disabled])
            #expect(try await workers.key(prefix: "p")?.isEnabled == false)
            #expect(try await workers.anyOnline() == false)
        }
    }

    @Test func itsJobsAreListedWhileItHasThem() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            #expect(try await fixture.catalog.workers.list().map(\.activeJobs) == [[row.jobID]])
            try await fixture.catalog.jobs.release(row.jobID, tokenHash: [1])
            #expect(try await fixture.catalog.workers.list().map(\.activeJobs) == [[]])
        }
    }
}
