import Catalog
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct VideoVisibilityTests {
    enum Hidden: String, CaseIterable, Sendable {
        case draft, scheduled, deleted, pending, processing, failed

        /// What hides a ready, published video.
        var change: SQLQuery {
            switch self {
            case .draft: "UPDATE videos SET published_at = NULL"
            case .scheduled: "UPDATE videos SET published_at = now() + interval '1 hour'"
            case .deleted: "UPDATE videos SET deleted_at = now()"
            case .pending: "UPDATE videos SET status = 'pending'"
            case .processing: "UPDATE videos SET status = 'processing'"
            case .failed: "UPDATE videos SET status = 'failed'"
            }
        }
    }

    @Test func aReadyPublishedVideoIsSeen() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.ready()
            let videos = fixture.catalog.videos
            let page = try await videos.publicList(PublicVideoFilter()).decoded()
            #expect(page.items.map(\.id) == [id])
            #expect(page.total == 1)
            let detail = try await videos.publicDetail(.named("clip"))
            #expect(try JSONCoding.bytes(of: detail?.video) == JSONCoding.bytes(of: page.items.first))
            #expect(detail?.dashURL == "/videos/clip/manifest.mpd")
            #expect(detail?.renditions == [.sample(1080), .sample(720)])
            #expect(page.items.first?.streamURL == "/videos/clip/master.m3u8")
            #expect(page.items.first?.thumbnailURL == "/videos/clip/thumbnail.jpg")
            #expect(page.items.first?.duration == 9.5)
            #expect(page.items.first?.width == 1920)
        }
    }

    @Test(arguments: Hidden.allCases)
    func aVideoThatIsNotForVisitorsIsNowhere(hidden: Hidden) async throws {
        try await CatalogFixture.with { fixture in
            let category = try await fixture.catalog.categories.create(name: "Talks")
            try await fixture.ready(.sample(category: category))
            try await fixture.pool.execute(hidden.change)
            let videos = fixture.catalog.videos
            for filter in [
                PublicVideoFilter(), PublicVideoFilter(search: "clip"), PublicVideoFilter(category: .named("talks")),
            ] {
                let page = try await videos.publicList(filter).decoded()
                #expect(page.items.isEmpty)
                #expect(page.total == 0)
            }
            #expect(try await videos.publicDetail(.named("clip")) == nil)
            #expect(try await fixture.catalog.categories.list(publicOnly: true).map(\.videoCount) == [0])
        }
    }

    @Test func mediaAccessTellsWhatTheGuardNeeds() async throws {
        try await CatalogFixture.with { fixture in
            let videos = fixture.catalog.videos
            #expect(try await videos.mediaAccess(.named("clip")) == nil)
            let claimed = try await fixture.running(.sample(published: false))
            let busy = try await videos.mediaAccess(.named("clip"))
            #expect(busy?.id == claimed.videoID)
            #expect(busy?.status == .processing)
            #expect(busy?.publishedAt == nil)
            #expect(busy?.generation == 0)
            #expect(busy?.activeJob == claimed.jobID)
            _ = try await videos.softDelete(claimed.videoID)
            let deleted = try await videos.mediaAccess(.named("clip"))
            #expect(deleted?.deletedAt != nil)
            #expect(deleted?.activeJob == nil)
        }
    }
}
