import Catalog
import Foundation
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct JobClaimTests {
    @Test func twentyWorkersAtOnceNeverGetOneJobTwice() async throws {
        try await CatalogFixture.with { fixture in
            for _ in 0..<30 { try await fixture.upload() }
            let worker = try await fixture.worker()
            let jobs = fixture.catalog.jobs
            let claimed = try await withThrowingTaskGroup(of: [JobID].self) { group in
                for number in 0..<20 {
                    group.addTask {
                        var mine: [JobID] = []
                        let token = [UInt8(number)]
                        while let row = try await jobs.claim(worker: worker, tokenHash: token, lease: .seconds(60)) {
                            mine.append(row.jobID)
                        }
                        return mine
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 30)
            #expect(Set(claimed).count == 30)
        }
    }

    @Test func higherPrioritiesComeFirstThenTheOldest() async throws {
        try await CatalogFixture.with { fixture in
            var expected: [JobPriority: [VideoID]] = [:]
            for priority in [JobPriority.low, .normal, .high, .normal, .low, .high] {
                expected[priority, default: []].append(try await fixture.upload(.sample(priority: priority)))
            }
            let worker = try await fixture.worker()
            var order: [VideoID] = []
            for number in 0..<6 {
                order.append(try await fixture.claim(token: [UInt8(number)], worker: worker).videoID)
            }
            #expect(order == [.high, .normal, .low].flatMap { expected[$0] ?? [] })
        }
    }

    @Test func aClaimTellsWhatTheRunnerNeedsAndShowsTheVideoMoving() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.upload()
            let row = try await fixture.claim()
            #expect(row.videoID == id)
            #expect(row.attempt == 1)
            #expect(row.sourceETag == "\"e1\"")
            #expect(row.sourceBytes == 1000)
            #expect(row.profile == TranscodeProfile())
            #expect(abs(row.leaseUntil.timeIntervalSinceNow - 60) < 10)
            let video = try await fixture.detail(id)
            #expect(video.status == .processing)
            #expect(video.progress.worker == "runner")
        }
    }

    @Test func aJobThatIsNotDueIsLeftAndItsTimeIsKnown() async throws {
        try await CatalogFixture.with { fixture in
            try await fixture.upload()
            #expect(try await fixture.catalog.jobs.nextWakeUp() == nil)
            try await fixture.pool.execute("UPDATE transcoding_jobs SET not_before = now() + interval '1 hour'")
            let worker = try await fixture.worker()
            #expect(try await fixture.catalog.jobs.claim(worker: worker, tokenHash: [1], lease: .seconds(60)) == nil)
            let wakeUp = try #require(try await fixture.catalog.jobs.nextWakeUp())
            #expect(abs(wakeUp.timeIntervalSinceNow - 3600) < 10)
        }
    }

    @Test func aNewAttemptForgetsWhatTheLastReportedButKeepsItsFiles() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            let jobs = fixture.catalog.jobs
            let rung = QualityProgress(quality: Quality(lines: 720), percent: 40, segments: 4)
            let report = ProgressReport(stage: .encoding, percent: 40, qualities: [rung])
            _ = try await jobs.report(row.jobID, tokenHash: [1], report, lease: .seconds(60))
            let file = try OutputFileBody.sample("720p/segment_1.m4s")
            _ = try await jobs.recordFile(row.jobID, tokenHash: [1], file, lease: .seconds(60)) {}
            try await jobs.fail(row.jobID, tokenHash: [1], .sample(.timeout))
            try await fixture.makeDue(row.jobID)
            let next = try await fixture.claim(token: [2])
            #expect(next.attempt == 2)
            let progress = try await fixture.detail(row.videoID).progress
            #expect(progress.percent == 0)
            #expect(progress.stage == nil)
            #expect(progress.qualities.isEmpty)
            #expect(progress.error == nil)
            #expect(try await jobs.files(row.jobID, tokenHash: [2]) == [file])
        }
    }
}
