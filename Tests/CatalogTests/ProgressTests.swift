import Catalog
import Foundation
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct ProgressTests {
    private func progress(_ id: VideoID, _ fixture: CatalogFixture) async throws -> ProgressBody {
        try #require(try await fixture.catalog.videos.progress([id]).first)
    }

    @Test func withoutARunnerItSaysHowToStartOne() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.upload()
            let body = try await progress(id, fixture)
            #expect(body.waitingReason == .noRunner)
            #expect(body.waiting?.contains("vlog runner pull") == true)
            let worker = try await fixture.worker()
            #expect(try await progress(id, fixture).waitingReason == .starting)
            try await fixture.pool.execute("UPDATE workers SET last_seen_at = now() - interval '61 seconds'")
            #expect(try await progress(id, fixture).waitingReason == .noRunner)
            try await fixture.catalog.workers.heartbeat(worker, .sample)
            try await fixture.pool.execute("UPDATE workers SET enabled = false")
            #expect(try await progress(id, fixture).waitingReason == .noRunner)
        }
    }

    @Test func inTheQueueItSaysHowManyAreBeforeIt() async throws {
        try await CatalogFixture.with { fixture in
            _ = try await fixture.running()
            let second = try await fixture.upload()
            let third = try await fixture.upload()
            let urgent = try await fixture.upload(.sample(priority: .high))
            #expect(try await progress(urgent, fixture).waiting?.contains("1 job before it") == true)
            #expect(try await progress(second, fixture).waiting?.contains("2 jobs before it") == true)
            #expect(try await progress(third, fixture).waiting?.contains("3 jobs before it") == true)
            #expect(try await progress(third, fixture).waitingReason == .inQueue)
        }
    }

    @Test func aSecondFreeRunnerTakesTheNext() async throws {
        try await CatalogFixture.with { fixture in
            _ = try await fixture.running()
            let next = try await fixture.upload()
            try await fixture.worker("second")
            #expect(try await progress(next, fixture).waitingReason == .starting)
        }
    }

    @Test func aRunnerThatWorksIsOnlineEvenIfItsHeartbeatIsOld() async throws {
        try await CatalogFixture.with { fixture in
            _ = try await fixture.running()
            let next = try await fixture.upload()
            try await fixture.pool.execute("UPDATE workers SET last_seen_at = now() - interval '1 hour'")
            #expect(try await progress(next, fixture).waitingReason == .inQueue)
        }
    }

    @Test func afterAFailureItSaysWhenItGoesOn() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            try await fixture.catalog.jobs.fail(row.jobID, tokenHash: [1], .sample(.timeout))
            let body = try await progress(row.videoID, fixture)
            #expect(body.waitingReason == .retryLater)
            #expect(body.jobState == .queued)
            #expect(body.errorCode == .timeout)
            let retryAt = try #require(body.retryAt)
            #expect(retryAt.timeIntervalSinceNow > 5)
            let time = retryAt.formatted(.iso8601.time(includingFractionalSeconds: false))
            #expect(body.waiting?.contains("\(time) UTC") == true)
        }
    }

    @Test func whatMovesDoesNotWait() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            let body = try await progress(row.videoID, fixture)
            #expect(body.waitingReason == nil)
            #expect(body.waiting == nil)
            #expect(body.jobID == row.jobID)
            #expect(body.worker == "runner")
            #expect(body.attempt == 1)
        }
    }

    @Test func severalAreToldInOrderAndUnknownOnesLeftOut() async throws {
        try await CatalogFixture.with { fixture in
            let ids = [try await fixture.upload(), try await fixture.upload()]
            let bodies = try await fixture.catalog.videos.progress([ids[1], VideoID(rawValue: 99), ids[0]])
            #expect(bodies.map(\.videoID) == ids)
        }
    }
}
