import Catalog
import Foundation
import Postgres
import Testing
import VLogCore

/// Where a job stands in the queue, and how an admin changes that.
@Suite(.timeLimit(.minutes(2))) struct JobPriorityTests {
    private func waited(_ interval: String, _ video: VideoID, _ fixture: CatalogFixture) async throws {
        try await fixture.pool.execute(
            """
            UPDATE transcoding_jobs SET
                created_at = created_at - \(interval)::interval, waits_from = waits_from - \(interval)::interval
            WHERE video_id = \(video.rawValue)
            """
        )
    }

    @Test func whatHasWaitedLongEnoughIsBeforeWhatIsMoreUrgent() async throws {
        try await CatalogFixture.with { fixture in
            let low = try await fixture.upload(.sample(priority: .low))
            let high = try await fixture.upload(.sample(priority: .high))
            let worker = try await fixture.worker()
            try await waited("59 minutes", low, fixture)
            #expect(try await fixture.claim(token: [1], worker: worker).videoID == high)
            let other = try await fixture.upload(.sample(priority: .high))
            try await waited("2 minutes", low, fixture)
            #expect(try await fixture.claim(token: [2], worker: worker).videoID == low)
            #expect(try await fixture.claim(token: [3], worker: worker).videoID == other)
        }
    }

    @Test func aPriorityMovesAJobThatWaits() async throws {
        try await CatalogFixture.with { fixture in
            let (first, second) = (try await fixture.upload(), try await fixture.upload())
            #expect(try await fixture.catalog.videos.setPriority(second, .high) == .done)
            #expect(try await fixture.detail(second).progress.priority == .high)
            #expect(try await fixture.claim().videoID == second)
            #expect(try await fixture.catalog.videos.setPriority(VideoID(rawValue: 99), .low) == .notFound)
            let ready = try await fixture.ready(.sample(title: "other"))
            #expect(ready == first)
            guard case .conflict = try await fixture.catalog.videos.setPriority(first, .low) else {
                Issue.record("a finished job has no place in the queue")
                return
            }
        }
    }

    @Test func aCancelledJobIsRefusedToItsRunnerAndCanBeTriedAgain() async throws {
        try await CatalogFixture.with { fixture in
            let (videos, jobs) = (fixture.catalog.videos, fixture.catalog.jobs)
            let row = try await fixture.running()
            #expect(try await videos.cancel(row.videoID) == .done)
            #expect(try await videos.cancel(row.videoID) == .done)
            let code = try await refusal { _ = try await jobs.renew(row.jobID, tokenHash: [1], lease: .seconds(60)) }
            #expect(code == .jobGone)
            let video = try await fixture.detail(row.videoID)
            #expect(video.status == .failed && video.progress.jobState == .cancelled)
            #expect(video.progress.error?.contains("Retry") == true)
            #expect(try await videos.retry(row.videoID) == .done)
            #expect(try await fixture.claim(token: [2]).videoID == row.videoID)
        }
    }

    @Test func everyStateHasAnAnswerToCancel() async throws {
        try await CatalogFixture.with { fixture in
            let videos = fixture.catalog.videos
            let queued = try await fixture.upload()
            #expect(try await videos.cancel(queued) == .done)
            let ready = try await fixture.ready()
            guard case .conflict(let sentence) = try await videos.cancel(ready) else {
                Issue.record("what is published cannot be cancelled")
                return
            }
            #expect(sentence.hasSuffix("."))
            let row = try await fixture.running()
            _ = try await fixture.catalog.jobs.complete(row.jobID, tokenHash: [1], .sample)
            #expect(try await videos.cancel(row.videoID) == .done)
            #expect(try await !fixture.catalog.jobs.publish(row.jobID))
            #expect(try await videos.cancel(VideoID(rawValue: 99)) == .notFound)
        }
    }
}
