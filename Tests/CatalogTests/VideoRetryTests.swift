import Catalog
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct VideoRetryTests {
    enum Start: String, CaseIterable, Sendable {
        case queued, waiting, running, finalising, completed, failed, cancelled, deleted

        var isRetried: Bool { self == .waiting || self == .failed || self == .cancelled }
    }

    /// A video in that state, with a used-up budget.
    private func video(_ start: Start, in fixture: CatalogFixture) async throws -> VideoID {
        let row = try await fixture.running()
        let jobs = fixture.catalog.jobs
        try await fixture.pool.execute("UPDATE transcoding_jobs SET failures = 1, losses = 19")
        switch start {
        case .queued: try await jobs.release(row.jobID, tokenHash: [1])
        case .waiting: try await jobs.fail(row.jobID, tokenHash: [1], .sample(.timeout))
        case .running: break
        case .finalising: _ = try await jobs.complete(row.jobID, tokenHash: [1], .sample)
        case .completed:
            _ = try await jobs.complete(row.jobID, tokenHash: [1], .sample)
            try await jobs.publish(row.jobID)
        case .failed: try await jobs.fail(row.jobID, tokenHash: [1], .sample(.badInput))
        case .cancelled: try await fixture.pool.execute("UPDATE transcoding_jobs SET state = 'cancelled'")
        case .deleted:
            try await jobs.fail(row.jobID, tokenHash: [1], .sample(.badInput))
            _ = try await fixture.catalog.videos.softDelete(row.videoID)
        }
        return row.videoID
    }

    @Test(arguments: Start.allCases)
    func everyStateIsRetriedOrSaysWhyNot(start: Start) async throws {
        try await CatalogFixture.with { fixture in
            let id = try await video(start, in: fixture)
            let before = try await fixture.detail(id)
            let outcome = try await fixture.catalog.videos.retry(id)
            guard start.isRetried else {
                guard case .conflict(let sentence) = outcome else {
                    Issue.record("\(start): \(outcome)")
                    return
                }
                #expect(sentence.hasSuffix("."))
                let after = try await fixture.detail(id)
                #expect(after.progress.jobState == before.progress.jobState)
                #expect(after.status == before.status)
                return
            }
            #expect(outcome == .done)
            let progress = try await fixture.detail(id).progress
            #expect(progress.status == .pending)
            #expect(progress.error == nil)
            #expect(progress.retryAt == nil)
            let fresh = try await fixture.count(
                "SELECT count(*) FROM transcoding_jobs WHERE failures = 0 AND losses = 0"
            )
            #expect(fresh == 1)
            #expect(try await fixture.claim(token: [2]).videoID == id)
        }
    }

    @Test func anUnknownVideoIsNotFound() async throws {
        try await CatalogFixture.with { fixture in
            let outcome = try await fixture.catalog.videos.retry(VideoID(rawValue: 99))
            #expect(outcome == .notFound)
        }
    }

    @Test func theAttemptBeforeTheRetryIsRefused() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await video(.failed, in: fixture)
            _ = try await fixture.catalog.videos.retry(id)
            let row = try await fixture.claim(token: [2])
            let code = try await refusal {
                _ = try await fixture.catalog.jobs.complete(row.jobID, tokenHash: [1], .sample)
            }
            #expect(code == .leaseLost)
        }
    }
}
