import Catalog
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct VideoEditTests {
    @Test func absentFieldsStay() async throws {
        try await CatalogFixture.with { fixture in
            let category = try await fixture.catalog.categories.create(name: "Talks")
            let id = try await fixture.upload(.sample(description: "old", category: category))
            #expect(try await fixture.catalog.videos.edit(id, VideoEdit(title: "New")))
            let video = try await fixture.detail(id)
            #expect(video.title == "New")
            #expect(video.slug == .named("clip"))
            #expect(video.description == "old")
            #expect(video.category?.id == category)
            #expect(video.publishedAt != nil)
        }
    }

    @Test func aCategoryIsSetAndCleared() async throws {
        try await CatalogFixture.with { fixture in
            let category = try await fixture.catalog.categories.create(name: "Talks")
            let id = try await fixture.upload()
            #expect(try await fixture.catalog.videos.edit(id, VideoEdit(categoryID: .set(category))))
            #expect(try await fixture.detail(id).category?.id == category)
            #expect(try await fixture.catalog.videos.edit(id, VideoEdit(categoryID: .clear)))
            #expect(try await fixture.detail(id).category == nil)
            let unknown = VideoEdit(categoryID: .set(CategoryID(rawValue: 99)))
            #expect(try await refusal { _ = try await fixture.catalog.videos.edit(id, unknown) } == .conflict)
        }
    }

    @Test func publishingADraftShowsItAndKeepsTheTimeOfThePublished() async throws {
        try await CatalogFixture.with { fixture in
            let videos = fixture.catalog.videos
            let id = try await fixture.ready(.sample(published: false))
            #expect(try await videos.publicList(PublicVideoFilter()).decoded().total == 0)
            #expect(try await videos.edit(id, VideoEdit(published: true)))
            let first = try await fixture.detail(id).publishedAt
            #expect(try await videos.publicList(PublicVideoFilter()).decoded().total == 1)
            #expect(try await videos.edit(id, VideoEdit(published: true)))
            #expect(try await fixture.detail(id).publishedAt == first)
            #expect(try await videos.edit(id, VideoEdit(published: false)))
            #expect(try await videos.publicList(PublicVideoFilter()).decoded().total == 0)
        }
    }

    @Test func whatIsScheduledIsPublishedNowWhenAsked() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.ready()
            try await fixture.pool.execute("UPDATE videos SET published_at = now() + interval '1 day'")
            #expect(try await fixture.catalog.videos.edit(id, VideoEdit(published: true)))
            #expect(try await fixture.catalog.videos.publicList(PublicVideoFilter()).decoded().total == 1)
        }
    }

    @Test func theUnknownAndTheDeletedAreNotEdited() async throws {
        try await CatalogFixture.with { fixture in
            let id = try await fixture.upload()
            _ = try await fixture.catalog.videos.softDelete(id)
            #expect(try await fixture.catalog.videos.edit(id, VideoEdit(title: "New")) == false)
            #expect(try await fixture.catalog.videos.edit(VideoID(rawValue: 99), VideoEdit(title: "New")) == false)
        }
    }
}
