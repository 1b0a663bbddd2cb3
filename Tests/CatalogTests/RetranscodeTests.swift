import Catalog
import Foundation
import Postgres
import TestSupport
import Testing
import VLogCore

/// A published video that is made anew.
@Suite(.timeLimit(.minutes(2))) struct RetranscodeTests {
    private func again(_ id: VideoID, _ fixture: CatalogFixture) async throws -> JobChange {
        try await fixture.catalog.videos.retranscode(
            id,
            profile: TranscodeProfile(codecs: [.h264, .av1]),
            priority: .normal
        )
    }

    private func capable(_ fixture: CatalogFixture) async throws -> WorkerID {
        let worker = try await fixture.worker()
        let capabilities = WorkerCapabilities(
            version: "0.1.0",
            codecs: ["h264", "av1"],
            accelerators: ["cpu"],
            freeBytes: 1 << 30
        )
        try await fixture.catalog.workers.heartbeat(worker, capabilities)
        return worker
    }

    @Test func theOldVersionStaysUntilTheNewOneIsComplete() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.ready()
            let before = try await fixture.detail(id)
            #expect(try await again(id, fixture) == .done)
            #expect(try await fixture.detail(id).status == .ready)
            let row = try await fixture.claim(token: [2], worker: capable(fixture))
            #expect(row.videoID == id)
            #expect(row.profile.generation == 2 && row.profile.codecs == [.h264, .av1])
            let between = try await fixture.detail(id)
            #expect(between.status == .ready && between.progress.jobState == .running)
            #expect(between.renditions == before.renditions)
            #expect(try await fixture.catalog.videos.mediaAccess(.named("clip"))?.generation == 1)

            var result = CompleteRequest.sample
            result.renditions = [.sample(720)]
            result.encoder = "libx264,libsvtav1"
            _ = try await fixture.catalog.jobs.complete(row.jobID, tokenHash: [2], result)
            try await fixture.catalog.jobs.publish(row.jobID)
            let after = try await fixture.detail(id)
            #expect(after.status == .ready && after.renditions == [.sample(720)])
            #expect(after.progress.encoder == "libx264,libsvtav1")
            #expect(try await fixture.catalog.videos.mediaAccess(.named("clip"))?.generation == 2)
        }
    }

    @Test func aNewVersionThatFailsOrIsCancelledLeavesTheOldOne() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.ready()
            #expect(try await again(id, fixture) == .done)
            let row = try await fixture.claim(token: [2], worker: capable(fixture))
            try await fixture.catalog.jobs.fail(row.jobID, tokenHash: [2], .sample(.badInput))
            #expect(try await fixture.detail(id).status == .ready)
            #expect(try await again(id, fixture) == .done)
            #expect(try await fixture.catalog.videos.cancel(id) == .done)
            let video = try await fixture.detail(id)
            #expect(video.status == .ready && !video.renditions.isEmpty)
            let worker = try await capable(fixture)
            #expect(try await fixture.catalog.jobs.claim(worker: worker, tokenHash: [3], lease: .seconds(60)) == nil)
        }
    }

    @Test func whatIsBeingMadeIsNotMadeTwice() async throws {
        try await CatalogFixture.with { fixture in
            let waiting = try await fixture.upload()
            guard case .conflict = try await again(waiting, fixture) else {
                Issue.record("it is in the queue")
                return
            }
            let row = try await fixture.claim()
            guard case .conflict = try await again(row.videoID, fixture) else {
                Issue.record("it is being transcoded")
                return
            }
            #expect(try await again(VideoID(rawValue: 99), fixture) == .notFound)
        }
    }
}
