import Catalog
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct JobPublishTests {
    @Test func completeAnswersTheSameHoweverOftenItIsAsked() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            let jobs = fixture.catalog.jobs
            for _ in 0..<3 {
                #expect(try await jobs.complete(row.jobID, tokenHash: [1], .sample) == .finalising)
            }
            #expect(try await jobs.finalising().map(\.jobID) == [row.jobID])
            try await jobs.publish(row.jobID)
            #expect(try await jobs.complete(row.jobID, tokenHash: [1], .sample) == .completed)
            let stranger = try await refusal { _ = try await jobs.complete(row.jobID, tokenHash: [2], .sample) }
            #expect(stranger == .leaseLost)
        }
    }

    @Test func aFinishedJobIsHandedToTheServerWithItsResult() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            _ = try await fixture.catalog.jobs.complete(row.jobID, tokenHash: [1], .sample)
            let job = try #require(try await fixture.catalog.jobs.finalising().first)
            #expect(job.videoID == row.videoID)
            #expect(job.slug == .named("clip"))
            #expect(job.generation == 1)
            #expect(job.result.files == CompleteRequest.sample.files)
            #expect(job.result.renditions == CompleteRequest.sample.renditions)
            // It is out of reach of the sweep of leases.
            #expect(try await fixture.catalog.jobs.expireLeases().isEmpty)
        }
    }

    @Test func publishingMakesTheVideoWhatTheResultSays() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.ready()
            let video = try await fixture.detail(id)
            #expect(video.status == .ready)
            #expect(video.duration == 9.5)
            #expect(video.renditions == [.sample(1080), .sample(720)])
            #expect(video.thumbnailURL == "/videos/clip/thumbnail.jpg")
            #expect(video.streamURL == "/videos/clip/master.m3u8")
            #expect(video.progress.percent == 100)
            #expect(video.progress.jobState == .completed)
            #expect(try await fixture.catalog.videos.mediaAccess(.named("clip"))?.generation == 1)
        }
    }

    @Test func aQualityMayComeInTwoCodecsAndPreviewsAreFound() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            var result = CompleteRequest.sample
            var other = RenditionBody.sample(1080)
            other.codecs = "hvc1.1.6.L120.90,mp4a.40.2"
            result.renditions.append(other)
            result.files.append(try .sample("sprites/thumbnails.vtt"))
            _ = try await fixture.catalog.jobs.complete(row.jobID, tokenHash: [1], result)
            #expect(try await fixture.catalog.jobs.publish(row.jobID))
            let detail = try #require(try await fixture.catalog.videos.publicDetail(.named("clip")))
            #expect(detail.renditions.map(\.quality.lines) == [1080, 1080, 720])
            #expect(detail.spritesURL == "/videos/clip/sprites/thumbnails.vtt")
        }
    }

    @Test func onlyWhatIsFinalisingIsPublished() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            #expect(try await fixture.catalog.jobs.publish(row.jobID) == false)
            #expect(try await fixture.detail(row.videoID).status == .processing)
        }
    }

    @Test func givingUpPublishingFailsTheVideoWithTheSentence() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            let jobs = fixture.catalog.jobs
            try await jobs.finaliseFailed(row.jobID, message: "Too early.")
            #expect(try await fixture.jobState(row.jobID) == .running)
            _ = try await jobs.complete(row.jobID, tokenHash: [1], .sample)
            try await jobs.finaliseFailed(row.jobID, message: "The disk is full.")
            let video = try await fixture.detail(row.videoID)
            #expect(video.status == .failed)
            #expect(video.progress.error == "The disk is full.")
            #expect(video.progress.errorCode == .internal)
        }
    }

    @Test func pictureAndStreamAreThereBeforeTheVideoIsReady() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            for path in ["thumbnail.jpg", "master.m3u8"] {
                _ = try await fixture.catalog.jobs.recordFile(
                    row.jobID,
                    tokenHash: [1],
                    .sample(path),
                    lease: .seconds(60)
                ) {}
            }
            let video = try await fixture.detail(row.videoID)
            #expect(video.thumbnailURL == "/videos/clip/thumbnail.jpg")
            #expect(video.streamURL == "/videos/clip/master.m3u8")
        }
    }

    @Test func aFileThatIsSentAgainReplacesTheFirst() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            let jobs = fixture.catalog.jobs
            let files = try [
                OutputFileBody.sample("720p/init.mp4"), .sample("720p/stream.m3u8"),
                .sample("720p/stream.m3u8", sha256: "cd"),
            ]
            for file in files {
                _ = try await jobs.recordFile(row.jobID, tokenHash: [1], file, lease: .seconds(60)) {}
            }
            #expect(try await jobs.files(row.jobID, tokenHash: [1]) == [files[0], files[2]])
            let folder = try await jobs.authorize(row.jobID, tokenHash: [1])
            #expect(folder.slug == .named("clip"))
            #expect(folder.sourceExtension == "mov")
        }
    }
}
