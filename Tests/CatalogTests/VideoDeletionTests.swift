import Catalog
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct VideoDeletionTests {
    @Test func deletionEndsAQueuedJob() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.upload()
            let deleted = try await fixture.catalog.videos.softDelete(id)
            #expect(deleted?.slug == .named("clip"))
            #expect(deleted?.status == .pending)
            let worker = try await fixture.worker()
            #expect(try await fixture.catalog.jobs.claim(worker: worker, tokenHash: [1], lease: .seconds(60)) == nil)
            #expect(try await fixture.detail(id).deletedAt != nil)
            #expect(try await fixture.detail(id).progress.jobState == .cancelled)
        }
    }

    @Test func aDeletedVideoIsNotDeletedAgain() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.upload()
            #expect(try await fixture.catalog.videos.softDelete(id) != nil)
            #expect(try await fixture.catalog.videos.softDelete(id) == nil)
            #expect(try await fixture.catalog.videos.softDelete(VideoID(rawValue: 99)) == nil)
        }
    }

    @Test func deletionWhileFilesArePublishedKeepsTheVideoHidden() async throws {
        try await CatalogFixture.with { fixture in
            let job = try await fixture.running()
            _ = try await fixture.catalog.jobs.complete(job.jobID, tokenHash: [1], .sample)
            _ = try await fixture.catalog.videos.softDelete(job.videoID)
            #expect(try await fixture.catalog.jobs.publish(job.jobID) == false)
            #expect(try await fixture.catalog.videos.publicDetail(.named("clip")) == nil)
        }
    }

    @Test func aReadyVideoComesBackReady() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.ready()
            _ = try await fixture.catalog.videos.softDelete(id)
            #expect(try await fixture.catalog.videos.restore(id)?.status == .ready)
            #expect(try await fixture.catalog.videos.publicDetail(.named("clip"))?.video.id == id)
            #expect(try await fixture.catalog.videos.restore(id) == nil)
        }
    }

    @Test func whatDeletionInterruptedBeginsAgainOnRestore() async throws {
        try await CatalogFixture.with { fixture in
            let first = try await fixture.running()
            _ = try await fixture.catalog.videos.softDelete(first.videoID)
            #expect(try await fixture.catalog.videos.restore(first.videoID)?.status == .pending)
            let second = try await fixture.claim(token: [2])
            #expect(second.jobID == first.jobID)
            #expect(second.attempt == 2)
        }
    }

    @Test func aFailedVideoComesBackFailed() async throws {
        try await CatalogFixture.with { fixture in
            let job = try await fixture.running()
            try await fixture.catalog.jobs.fail(job.jobID, tokenHash: [1], .sample(.badInput))
            _ = try await fixture.catalog.videos.softDelete(job.videoID)
            #expect(try await fixture.catalog.videos.restore(job.videoID)?.status == .failed)
            #expect(try await fixture.detail(job.videoID).progress.jobState == .failed)
        }
    }

    @Test func aJobThatIsClaimedWhileItsVideoIsDeletedEndsCancelled() async throws {
        try await CatalogFixture.with { fixture in
            let worker = try await fixture.worker()
            for number in 0..<20 {
                let id = try await fixture.upload(.sample(title: "Race \(number)"))
                async let claimed = fixture.catalog.jobs.claim(worker: worker, tokenHash: [1], lease: .seconds(60))
                async let deleted = fixture.catalog.videos.softDelete(id)
                let (row, state) = try await (claimed, deleted)
                #expect(state != nil)
                #expect(try await fixture.detail(id).progress.jobState == .cancelled)
                if let row {
                    let code = try await refusal {
                        _ = try await fixture.catalog.jobs.renew(row.jobID, tokenHash: [1], lease: .seconds(60))
                    }
                    #expect(code == .jobGone)
                }
            }
        }
    }

    @Test func onlyWhatNoVideoHasIsAnOrphan() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.upload()
            let deleted = try await fixture.upload()
            _ = try await fixture.catalog.videos.softDelete(deleted)
            let unknown = VideoID(rawValue: 99)
            #expect(try await fixture.catalog.videos.orphans(among: [id, deleted, unknown]) == [unknown])
            let slugs = [Slug.named("clip"), .named("clip-2"), .named("gone")]
            #expect(try await fixture.catalog.videos.orphans(among: slugs) == [.named("gone")])
        }
    }
}
