import Catalog
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct JobOutcomeTests {
    @Test(arguments: [FailureCode.noEncoder, .noSpace, .timeout, .internal])
    func aFailureThatMayPassIsTriedThreeTimesWithGrowingPauses(code: FailureCode) async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.upload()
            for pause in [8.0...12.0, 16.0...24.0] {
                let row = try await fixture.claim()
                #expect(try await fixture.catalog.jobs.fail(row.jobID, tokenHash: [1], .sample(code)) == .queued)
                #expect(pause.contains(try await fixture.secondsToWait(row.jobID).rounded(.up)))
                let progress = try await fixture.detail(id).progress
                #expect(progress.status == .pending)
                #expect(progress.retryAt != nil)
                #expect(progress.error == "It failed with \(code).")
                try await fixture.makeDue(row.jobID)
            }
            let row = try await fixture.claim()
            #expect(row.attempt == 3)
            #expect(try await fixture.catalog.jobs.fail(row.jobID, tokenHash: [1], .sample(code)) == .failed)
            let progress = try await fixture.detail(id).progress
            #expect(progress.status == .failed)
            #expect(progress.errorCode == code)
            #expect(progress.logTail == "frame= 1")
            #expect(progress.waiting == nil)
        }
    }

    @Test func badInputFailsAtOnce() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            #expect(try await fixture.catalog.jobs.fail(row.jobID, tokenHash: [1], .sample(.badInput)) == .failed)
            let video = try await fixture.detail(row.videoID)
            #expect(video.status == .failed)
            #expect(video.progress.error == "It failed with badInput.")
        }
    }

    @Test func aLogWithZeroBytesAndTooMuchTextIsKept() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            let log = "start" + String(repeating: "é", count: 4000) + "\0end"
            try await fixture.catalog.jobs.fail(row.jobID, tokenHash: [1], .sample(.badInput, log: log))
            let tail = try #require(try await fixture.detail(row.videoID).progress.logTail)
            #expect(tail.hasSuffix("éend"))
            #expect(tail.hasPrefix("é"))
            #expect(tail.utf8.count <= 4096)
        }
    }

    @Test func aReleasedJobIsFreeAtOnceAndNotCharged() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.upload()
            for attempt in 1...10 {
                let row = try await fixture.claim()
                #expect(row.attempt == attempt)
                try await fixture.catalog.jobs.release(row.jobID, tokenHash: [1])
            }
            let progress = try await fixture.detail(id).progress
            #expect(progress.status == .pending)
            #expect(progress.error == nil)
        }
    }

    @Test func lostRunnersAreBoundedApartFromFailures() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.upload()
            let jobs = fixture.catalog.jobs
            for loss in 1...JobQueries.mostLosses {
                let row = try await fixture.claim()
                try await fixture.endLease(of: row.jobID)
                #expect(try await jobs.expireLeases() == [row.jobID])
                let isLast = loss == JobQueries.mostLosses
                #expect(try await fixture.jobState(row.jobID) == (isLast ? .failed : .queued))
            }
            let progress = try await fixture.detail(id).progress
            #expect(progress.status == .failed)
            #expect(progress.errorCode == .lost)
            #expect(progress.error?.contains("20 times") == true)
        }
    }

    @Test func onlyLeasesThatHaveEndedExpire() async throws {
        try await CatalogFixture.with { fixture in
            _ = try await fixture.running()
            try await fixture.upload()
            #expect(try await fixture.catalog.jobs.expireLeases().isEmpty)
        }
    }

    @Test func aRestartedRunnersJobsAreFreeAtOnceAndOthersAreNot() async throws {
        try await CatalogFixture.with { fixture in
            let (mine, other) = (try await fixture.worker("mine"), try await fixture.worker("other"))
            try await fixture.upload()
            try await fixture.upload()
            let first = try await fixture.claim(token: [1], worker: mine)
            let second = try await fixture.claim(token: [2], worker: other)
            #expect(try await fixture.catalog.jobs.releaseAll(worker: mine) == [first.jobID])
            #expect(try await fixture.jobState(first.jobID) == .queued)
            #expect(try await fixture.jobState(second.jobID) == .running)
        }
    }

    @Test func reportsAreKeptPerRungWithinBounds() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            let rungs = [(720, 130.0, 3), (1080, .nan, -1), (720, 50, 4)].map {
                QualityProgress(quality: Quality(lines: $0), percent: $1, segments: $2)
            }
            let report = ProgressReport(stage: .encoding, percent: -5, qualities: rungs)
            _ = try await fixture.catalog.jobs.report(row.jobID, tokenHash: [1], report, lease: .seconds(60))
            let progress = try await fixture.detail(row.videoID).progress
            #expect(progress.stage == .encoding)
            #expect(progress.percent == 0)
            #expect(progress.qualities.map(\.quality.lines) == [1080, 720])
            #expect(progress.qualities.map(\.percent) == [0, 50])
            #expect(progress.qualities.map(\.segments) == [0, 4])
        }
    }
}
