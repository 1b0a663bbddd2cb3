import Catalog
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct VideoCreationTests {
    @Test func fiftyUploadsOfOneTitleAtOnceGetFiftySlugs() async throws {
        try await CatalogFixture.with { fixture in
            let videos = fixture.catalog.videos
            try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { try await videos.create(.sample(title: "My Clip")) { _ in } } }
                try await group.waitForAll()
            }
            var slugs: Set<String> = []
            for offset in [0, 50] {
                let page = try await videos.adminList(AdminVideoFilter(limit: 50, offset: offset))
                slugs.formUnion(page.items.map(\.slug.rawValue))
            }
            #expect(slugs == Set((1...50).map { $0 == 1 ? "my-clip" : "my-clip-\($0)" }))
        }
    }

    @Test func aNumberedSlugThatATitleHasTakenIsSkipped() async throws {
        try await CatalogFixture.with { fixture in
            try await fixture.upload(.sample(title: "Clip 2"))
            try await fixture.upload(.sample(title: "Clip"))
            let third = try await fixture.upload(.sample(title: "Clip"))
            #expect(try await fixture.detail(third).slug == .named("clip-3"))
        }
    }

    @Test func twoTitlesThatWantOneSlugAtOnceBothGetOne() async throws {
        try await CatalogFixture.with { fixture in
            let videos = fixture.catalog.videos
            try await withThrowingTaskGroup { group in
                for title in ["Clip", "Clip 2", "Clip", "Clip 2", "Clip 2 2", "Clip"] {
                    group.addTask { try await videos.create(.sample(title: title)) { _ in } }
                }
                try await group.waitForAll()
            }
            let page = try await videos.adminList(AdminVideoFilter())
            #expect(Set(page.items.map(\.slug)).count == 6)
        }
    }

    @Test func theDeletedKeepTheirSlug() async throws {
        try await CatalogFixture.with { fixture in
            let first = try await fixture.upload()
            _ = try await fixture.catalog.videos.softDelete(first)
            let second = try await fixture.upload()
            #expect(try await fixture.detail(second).slug == .named("clip-2"))
        }
    }

    @Test func aFileThatCannotBePlacedLeavesNoVideoAndNoJob() async throws {
        try await CatalogFixture.with { fixture in
            await #expect(throws: FixtureError.diskFull) {
                try await fixture.catalog.videos.create(.sample()) { _ in throw FixtureError.diskFull }
            }
            let rows = try await fixture.count(
                "SELECT (SELECT count(*) FROM videos) + (SELECT count(*) FROM transcoding_jobs) AS count"
            )
            #expect(rows == 0)
        }
    }

    @Test func theFileIsPlacedUnderTheIdThatIsReturned() async throws {
        try await CatalogFixture.with { fixture in
            var placed: [VideoID] = []
            let id = try await fixture.catalog.videos.create(.sample()) { placed.append($0) }
            #expect(placed == [id])
        }
    }

    @Test func aConnectionThatBreaksBeforeTheCommitLeavesNoVideo() async throws {
        try await CatalogFixture.with { fixture in
            let error = await #expect(throws: PostgresError.self) {
                try await fixture.catalog.videos.create(.sample()) { _ in
                    try await fixture.pool.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND state = 'idle in transaction'
                        """
                    )
                }
            }
            #expect(error?.code == .connectionLost)
            let page = try await fixture.catalog.videos.adminList(AdminVideoFilter())
            #expect(page.total == 0)
        }
    }

    @Test func anUnknownCategoryIsRefusedInWords() async throws {
        try await CatalogFixture.with { fixture in
            let error = await #expect(throws: CatalogError.self) {
                try await fixture.upload(.sample(category: CategoryID(rawValue: 7)))
            }
            #expect(error?.code == .conflict)
            #expect(error?.message.contains("no category number 7") == true)
        }
    }

    @Test func anUploadIsShownWithWhatIsKnownOfIt() async throws {
        try await CatalogFixture.with { fixture in
            let category = try await fixture.catalog.categories.create(name: "Talks")
            let id = try await fixture.upload(.sample(title: "A talk", description: "Long", category: category))
            let video = try await fixture.detail(id)
            #expect(video.category?.name == "Talks")
            #expect(video.source.filename == "clip.mov")
            #expect(video.source.width == 1920)
            #expect(video.source.audioCodec == nil)
            #expect(video.status == .pending)
            #expect(video.streamURL == nil)
            #expect(video.thumbnailURL == nil)
            #expect(video.publishedAt != nil)
            #expect(video.renditions.isEmpty)
        }
    }
}
