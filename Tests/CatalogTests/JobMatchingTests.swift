import Catalog
import Foundation
import Postgres
import TestSupport
import Testing
import VLogCore

/// Which worker gets which job, and what the video says when none does.
@Suite(.timeLimit(.minutes(2))) struct JobMatchingTests {
    private func claim(_ worker: WorkerID, _ fixture: CatalogFixture) async throws -> VideoID? {
        try await fixture.catalog.jobs.claim(worker: worker, tokenHash: [1], lease: .seconds(60))?.videoID
    }

    private func waiting(_ video: VideoID, _ fixture: CatalogFixture) async throws -> (WaitingReason?, String) {
        let body = try #require(try await fixture.catalog.videos.progress([video]).first)
        return (body.waitingReason, body.waiting ?? "")
    }

    private func wanting(_ codecs: [VideoCodec]) -> NewVideo {
        var video = NewVideo.sample()
        video.profile = TranscodeProfile(codecs: codecs)
        return video
    }

    private func capabilities(_ codecs: [String], free: Int64 = 1 << 30) -> WorkerCapabilities {
        WorkerCapabilities(version: "0.1.0", codecs: codecs, accelerators: ["cpu"], freeBytes: free)
    }

    @Test func aJobGoesToAWorkerThatHasItsEncoders() async throws {
        try await CatalogFixture.with { fixture in
            let video = try await fixture.upload(wanting([.h264, .hevc]))
            let plain = try await fixture.worker("plain")
            #expect(try await claim(plain, fixture) == nil)
            let (reason, sentence) = try await waiting(video, fixture)
            #expect(reason == .noneAble)
            #expect(sentence.contains("encodes H264 and HEVC"))
            let able = try await fixture.worker("able")
            try await fixture.catalog.workers.heartbeat(able, capabilities(["av1", "hevc", "h264"]))
            #expect(try await waiting(video, fixture).0 == .starting)
            #expect(try await claim(able, fixture) == video)
        }
    }

    @Test func aJobThatNobodyCanDoDoesNotStopThoseBehindIt() async throws {
        try await CatalogFixture.with { fixture in
            try await fixture.upload(wanting([.av1]))
            let next = try await fixture.upload()
            let worker = try await fixture.worker()
            #expect(try await claim(worker, fixture) == next)
        }
    }

    @Test func aSourceGoesToAWorkerThatHasRoomForIt() async throws {
        try await CatalogFixture.with { fixture in
            let video = try await fixture.upload()
            let worker = try await fixture.worker()
            try await fixture.catalog.workers.heartbeat(worker, capabilities(["h264"], free: 64 << 20))
            #expect(try await claim(worker, fixture) == nil)
            let (reason, sentence) = try await waiting(video, fixture)
            #expect(reason == .noneAble)
            #expect(sentence.contains("room") && sentence.contains("(1 kB)"))
            try await fixture.catalog.workers.heartbeat(worker, capabilities(["h264"], free: 64 << 20 + 1000))
            #expect(try await claim(worker, fixture) == video)
        }
    }

    @Test func anHDRSourceGoesToAWorkerThatMapsTones() async throws {
        try await CatalogFixture.with { fixture in
            var new = NewVideo.sample()
            new.sourceIsHDR = true
            let video = try await fixture.upload(new)
            let worker = try await fixture.worker()
            var abilities = capabilities(["h264"])
            abilities.toneMaps = false
            try await fixture.catalog.workers.heartbeat(worker, abilities)
            #expect(try await claim(worker, fixture) == nil)
            let (reason, sentence) = try await waiting(video, fixture)
            #expect(reason == .noneAble)
            #expect(sentence.contains("zscale"))
            abilities.toneMaps = true
            try await fixture.catalog.workers.heartbeat(worker, abilities)
            #expect(try await claim(worker, fixture) == video)
        }
    }

    @Test func aLargeSourceGoesToAWorkerThatTakesItsSize() async throws {
        try await CatalogFixture.with { fixture in
            let video = try await fixture.upload()
            let worker = try await fixture.worker()
            var abilities = capabilities(["h264"])
            abilities.largestSource = 1079
            try await fixture.catalog.workers.heartbeat(worker, abilities)
            #expect(try await claim(worker, fixture) == nil)
            let (reason, sentence) = try await waiting(video, fixture)
            #expect(reason == .noneAble)
            #expect(sentence.contains("takes sources of 1080 lines"))
            abilities.largestSource = 1080
            try await fixture.catalog.workers.heartbeat(worker, abilities)
            #expect(try await claim(worker, fixture) == video)
        }
    }

    @Test func aWorkerThatFoundItselfUnfitIsShownAndGetsNothing() async throws {
        try await CatalogFixture.with { fixture in
            let video = try await fixture.upload()
            let worker = try await fixture.worker()
            var abilities = capabilities([])
            abilities.fault = "The card has fallen off the bus."
            try await fixture.catalog.workers.heartbeat(worker, abilities)
            #expect(try await claim(worker, fixture) == nil)
            #expect(try await waiting(video, fixture).0 == .noneTaking)
            let listed = try #require(try await fixture.catalog.workers.list().first)
            #expect(listed.status == .quarantined)
            #expect(listed.fault == "The card has fallen off the bus.")
            try await fixture.catalog.workers.heartbeat(worker, .sample)
            #expect(try await claim(worker, fixture) == video)
        }
    }

    @Test func whoFailedAtAJobGetsItAgainOnlyWhenNobodyElseCanOrComes() async throws {
        try await CatalogFixture.with { fixture in
            let jobs = fixture.catalog.jobs
            let (first, second) = (try await fixture.worker("first"), try await fixture.worker("second"))
            let video = try await fixture.upload()
            let row = try await fixture.claim(worker: first)
            try await jobs.fail(row.jobID, tokenHash: [1], .sample(.internal))
            try await fixture.makeDue(row.jobID)
            #expect(try await claim(first, fixture) == nil)
            #expect(try await claim(second, fixture) == video)

            try await jobs.fail(row.jobID, tokenHash: [1], .sample(.internal))
            try await fixture.makeDue(row.jobID)
            try await fixture.pool.execute(
                "UPDATE workers SET last_seen_at = now() - interval '2 minutes' WHERE name = 'first'"
            )
            #expect(try await claim(second, fixture) == video)

            // The other one is there, but does not come for it.
            try await jobs.fail(row.jobID, tokenHash: [1], .sample(.lost))
            try await fixture.catalog.workers.heartbeat(first, .sample)
            try await fixture.makeDue(row.jobID)
            #expect(try await claim(second, fixture) == nil)
            try await fixture.pool.execute("UPDATE transcoding_jobs SET not_before = now() - interval '11 minutes'")
            #expect(try await claim(second, fixture) == video)
        }
    }

    @Test func aWorkerThatFailsWhatOthersCanIsKeptFromTheQueueForAWhile() async throws {
        try await CatalogFixture.with { fixture in
            let (jobs, workers) = (fixture.catalog.jobs, fixture.catalog.workers)
            let (bad, good) = (try await fixture.worker("bad"), try await fixture.worker("good"))
            for _ in 0..<2 {
                try await fixture.upload()
                let row = try await fixture.claim(worker: bad)
                try await jobs.fail(row.jobID, tokenHash: [1], .sample(.internal))
                try await fixture.makeDue(row.jobID)
                let again = try await fixture.claim(token: [2], worker: good)
                _ = try await jobs.complete(again.jobID, tokenHash: [2], .sample)
            }
            let listed = try await workers.list()
            #expect(listed.map(\.status) == [.quarantined, .online])
            #expect(try #require(listed[0].quarantinedUntil).timeIntervalSinceNow > 200)
            let video = try await fixture.upload()
            #expect(try await claim(bad, fixture) == nil)
            #expect(try await waiting(video, fixture).0 == .starting)
            try await workers.heartbeat(good, capabilities(["h264"]))
            try await fixture.pool.execute("UPDATE workers SET enabled = false WHERE name = 'good'")
            #expect(try await waiting(video, fixture).0 == .noneTaking)

            // Its time is over: one success clears it, and a failure would have kept it away again.
            try await fixture.pool.execute("UPDATE workers SET quarantined_until = now() WHERE name = 'bad'")
            let row = try await fixture.claim(worker: bad)
            _ = try await jobs.complete(row.jobID, tokenHash: [1], .sample)
            #expect(try await fixture.count("SELECT strikes::bigint AS count FROM workers WHERE name = 'bad'") == 0)
        }
    }

    @Test func aBadSourceIsNoFaultOfTheWorkers() async throws {
        try await CatalogFixture.with { fixture in
            let worker = try await fixture.worker()
            for _ in 0..<6 {
                try await fixture.upload()
                let row = try await fixture.claim(worker: worker)
                try await fixture.catalog.jobs.fail(row.jobID, tokenHash: [1], .sample(.badInput))
            }
            #expect(try await fixture.catalog.workers.list().map(\.status) == [.online])
        }
    }

    @Test func aDrainedWorkerGetsNoJobUntilThatIsTakenBack() async throws {
        try await CatalogFixture.with { fixture in
            let video = try await fixture.upload()
            let worker = try await fixture.worker()
            #expect(try await fixture.catalog.workers.setDraining(worker, true))
            #expect(try await fixture.catalog.workers.heartbeat(worker, .sample))
            #expect(try await claim(worker, fixture) == nil)
            #expect(try await waiting(video, fixture).0 == .noneTaking)
            #expect(try await fixture.catalog.workers.list().map(\.status) == [.draining])
            // It stands idle, and is not free all the same.
            let other = try await fixture.worker("other")
            _ = try await fixture.claim(token: [2], worker: other)
            let next = try await fixture.upload()
            #expect(try await waiting(next, fixture).0 == .inQueue)
            try await fixture.catalog.jobs.releaseAll(worker: other)
            #expect(try await fixture.catalog.workers.setDraining(worker, false))
            #expect(try await claim(worker, fixture) == video)
            #expect(try await !fixture.catalog.workers.setDraining(WorkerID(rawValue: 99), true))
        }
    }
}
