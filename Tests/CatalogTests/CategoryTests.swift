import Catalog
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct CategoryTests {
    @Test func namesAreUniqueWhateverTheirCase() async throws {
        try await CatalogFixture.with { fixture in
            let categories = fixture.catalog.categories
            _ = try await categories.create(name: "Talks")
            let error = await #expect(throws: CatalogError.self) { try await categories.create(name: "TALKS") }
            #expect(error?.code == .conflict)
            #expect(error?.message == "There is already a category named “TALKS”.")
            let other = try await categories.create(name: "News")
            let renamed = CategoryEdit(name: "talks")
            #expect(try await refusal { _ = try await categories.edit(other, renamed) } == .conflict)
        }
    }

    @Test func namesThatMakeOneSlugGetTwo() async throws {
        try await CatalogFixture.with { fixture in
            let categories = fixture.catalog.categories
            for name in ["C", "C++", "C#", "日本"] { _ = try await categories.create(name: name) }
            let slugs = try await categories.list(publicOnly: false).map(\.slug.rawValue)
            #expect(Set(slugs) == ["c", "c-2", "c-3", "category"])
        }
    }

    @Test func editingKeepsTheSlugAndWhatIsAbsent() async throws {
        try await CatalogFixture.with { fixture in
            let categories = fixture.catalog.categories
            let id = try await categories.create(name: "Talks", description: "old")
            #expect(try await categories.edit(id, CategoryEdit(name: "Lectures")))
            let body = try await categories.find(id)
            #expect(body?.name == "Lectures")
            #expect(body?.description == "old")
            #expect(body?.slug == .named("talks"))
            #expect(try await categories.edit(CategoryID(rawValue: 99), CategoryEdit(name: "X")) == false)
        }
    }

    @Test func videosOutliveTheirCategory() async throws {
        try await CatalogFixture.with { fixture in
            let categories = fixture.catalog.categories
            let id = try await categories.create(name: "Talks")
            let video = try await fixture.upload(.sample(category: id))
            #expect(try await categories.delete(id))
            #expect(try await categories.delete(id) == false)
            #expect(try await categories.find(id) == nil)
            #expect(try await fixture.detail(video).category == nil)
        }
    }

    @Test func visitorsAndAdministratorsCountWhatEachSees() async throws {
        try await CatalogFixture.with { fixture in
            let categories = fixture.catalog.categories
            let id = try await categories.create(name: "Talks")
            try await fixture.ready(.sample(category: id))
            try await fixture.upload(.sample(category: id))
            let deleted = try await fixture.upload(.sample(category: id))
            _ = try await fixture.catalog.videos.softDelete(deleted)
            #expect(try await categories.list(publicOnly: true).map(\.videoCount) == [1])
            #expect(try await categories.list(publicOnly: false).map(\.videoCount) == [2])
            #expect(try await categories.find(id)?.videoCount == 2)
        }
    }
}
