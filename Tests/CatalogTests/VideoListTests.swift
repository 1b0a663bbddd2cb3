import Catalog
import Foundation
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct VideoListTests {
    /// Each search beside the titles that it finds, best first.
    static let searches: [(String, Set<String>)] = [
        ("harbour", ["Harbour at dawn", "Old harbour film"]),
        ("harb", ["Harbour at dawn", "Old harbour film"]),
        ("HARBOUR da", ["Harbour at dawn"]),
        ("dawn harbour", ["Harbour at dawn"]),
        ("harbour -old", ["Harbour at dawn"]),
        ("\"harbour film\"", ["Old harbour film"]),
        ("mountain or film", ["Mountain", "Old harbour film"]),
        ("snow", ["Mountain"]),
        ("take2", ["IMG_take2.final-cut"]),
        ("img_take", ["IMG_take2.final-cut"]),
        ("final-cut", ["IMG_take2.final-cut"]),
        ("ourside", []),
        ("!!! ' ; -- \u{0}", ["Harbour at dawn", "Old harbour film", "Mountain", "IMG_take2.final-cut"]),
        ("'", ["Harbour at dawn", "Old harbour film", "Mountain", "IMG_take2.final-cut"]),
        ("a:* & !b | <-> (", []),
    ]

    @Test func aSearchFindsWordsBeginningsAndPhrases() async throws {
        try await CatalogFixture.with { fixture in
            for title in ["Harbour at dawn", "Old harbour film", "IMG_take2.final-cut"] {
                try await fixture.ready(.sample(title: title))
            }
            try await fixture.ready(.sample(title: "Mountain", description: "With snow"))
            for (search, titles) in Self.searches {
                let page = try await fixture.catalog.videos.publicList(PublicVideoFilter(search: search)).decoded()
                #expect(Set(page.items.map(\.title)) == titles, "\(search)")
                #expect(page.total == titles.count, "\(search)")
                let admin = try await fixture.catalog.videos.adminList(AdminVideoFilter(search: search))
                #expect(Set(admin.items.map(\.title)) == titles, "\(search)")
            }
        }
    }

    @Test func relevancePutsTitlesBeforeDescriptions() async throws {
        try await CatalogFixture.with { fixture in
            try await fixture.ready(.sample(title: "Harbour"))
            try await fixture.ready(.sample(title: "A walk", description: "to the harbour"))
            let videos = fixture.catalog.videos
            let best = try await videos.publicList(PublicVideoFilter(search: "harbour", sort: .relevance)).decoded()
            #expect(best.items.map(\.title) == ["Harbour", "A walk"])
            let newest = try await videos.publicList(PublicVideoFilter(search: "harbour")).decoded()
            #expect(newest.items.map(\.title) == ["A walk", "Harbour"])
            let without = try await videos.publicList(PublicVideoFilter(sort: .relevance)).decoded()
            #expect(without.items.map(\.title) == ["A walk", "Harbour"])
        }
    }

    @Test func sortsBothWays() async throws {
        try await CatalogFixture.with { fixture in
            for (title, duration) in [("beta", 3.0), ("Alpha", 2.0), ("gamma", 1.0)] {
                var result = CompleteRequest.sample
                result.duration = duration
                try await fixture.ready(.sample(title: title), result: result)
            }
            for (sort, ascending) in [
                (PublicVideoFilter.Sort.date, ["beta", "Alpha", "gamma"]),
                (.title, ["Alpha", "beta", "gamma"]),
                (.duration, ["gamma", "Alpha", "beta"]),
            ] {
                let up = PublicVideoFilter(sort: sort, order: .ascending)
                let down = PublicVideoFilter(sort: sort, order: .descending)
                #expect(try await fixture.catalog.videos.publicList(up).decoded().items.map(\.title) == ascending)
                #expect(
                    try await fixture.catalog.videos.publicList(down).decoded().items.map(\.title)
                        == ascending.reversed()
                )
            }
        }
    }

    @Test func pagesMeetWithoutGapsAndTheLastHasNoNext() async throws {
        try await CatalogFixture.with { fixture in
            for number in 1...5 { try await fixture.ready(.sample(title: "Clip \(number)")) }
            var titles: [String] = []
            var offset: Int? = 0
            while let start = offset {
                let filter = PublicVideoFilter(order: .ascending, limit: 2, offset: start)
                let page = try await fixture.catalog.videos.publicList(filter).decoded()
                #expect(page.total == 5)
                titles += page.items.map(\.title)
                offset = page.next
            }
            #expect(titles == (1...5).map { "Clip \($0)" })
            let beyond = try await fixture.catalog.videos.publicList(PublicVideoFilter(limit: 2, offset: 99)).decoded()
            #expect(beyond.items.isEmpty)
            #expect(beyond.total == 5)
            #expect(beyond.next == nil)
        }
    }

    @Test func rowsAreWrittenAsTheVideosThatTheyHoldAreEncoded() async throws {
        try await CatalogFixture.with { fixture in
            let category = try await fixture.catalog.categories.create(name: "\"Talks\" \\ ä")
            let texts = [
                "plain", "\"quoted\"\t\\\r\n", "ä€😀\u{2028}</script>", String(repeating: "long\u{1}", count: 500), "",
            ]
            for (number, text) in texts.enumerated() {
                var result = CompleteRequest.sample
                result.duration = Double(number) * 0.7
                let title = text.isEmpty ? "none" : String(text.prefix(100))
                let video = NewVideo.sample(title: title, description: text, category: number % 2 == 0 ? category : nil)
                try await fixture.ready(video, result: result)
            }
            for filter in [PublicVideoFilter(), PublicVideoFilter(limit: 2), PublicVideoFilter(offset: 99)] {
                let page = try await fixture.catalog.videos.publicList(filter)
                let decoded = try page.decoded()
                #expect(page.bytes == (try JSONCoding.bytes(of: decoded)))
                for video in decoded.items {
                    let shown = try #require(try await fixture.catalog.videos.publicDetail(video.slug)).video
                    #expect(try JSONCoding.bytes(of: shown) == JSONCoding.bytes(of: video))
                }
                #expect(decoded.total == texts.count)
            }
        }
    }

    @Test func thePublicListIsPlannedOnce() async throws {
        try await CatalogFixture.with { fixture in
            for _ in 1...3 { _ = try await fixture.catalog.videos.publicList(PublicVideoFilter()) }
            let statements = try await fixture.pool.query(
                "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT v.id%'"
            )
            #expect(try statements.map { try $0.decode("generic_plans", as: Int.self) } == [3])
            #expect(try statements.map { try $0.decode("custom_plans", as: Int.self) } == [0])
        }
    }

    @Test func limitsAreHeld() async throws {
        #expect(PublicVideoFilter(limit: 1000, offset: -3).paging == Paging(limit: 100, offset: 0))
        #expect(PublicVideoFilter(limit: 0).paging.limit == 1)
    }

    @Test func aCategoryHoldsItsOwnVideosAlone() async throws {
        try await CatalogFixture.with { fixture in
            let talks = try await fixture.catalog.categories.create(name: "Talks")
            let inside = try await fixture.ready(.sample(category: talks))
            try await fixture.ready()
            let videos = fixture.catalog.videos
            let page = try await videos.publicList(PublicVideoFilter(category: .named("talks"))).decoded()
            #expect(page.items.map(\.id) == [inside])
            #expect(page.items.first?.category?.slug == .named("talks"))
            #expect(try await videos.publicList(PublicVideoFilter(category: .named("nowhere"))).decoded().total == 0)
        }
    }

    @Test func administratorsListByStateAndSeeTheDeletedApart() async throws {
        try await CatalogFixture.with { fixture in
            let ready = try await fixture.ready(.sample(title: "A"))
            let pending = try await fixture.upload(.sample(title: "B"))
            let deleted = try await fixture.upload(.sample(title: "C"))
            _ = try await fixture.catalog.videos.softDelete(deleted)
            for (filter, ids) in [
                (AdminVideoFilter(), [pending, ready]),
                (AdminVideoFilter(status: .ready), [ready]),
                (AdminVideoFilter(status: .failed), []),
                (AdminVideoFilter(deleted: true), [deleted]),
                (AdminVideoFilter(sort: .title, order: .ascending), [ready, pending]),
                (AdminVideoFilter(sort: .duration), [ready, pending]),
            ] {
                let page = try await fixture.catalog.videos.adminList(filter)
                #expect(page.items.map(\.id) == ids)
                #expect(page.total == ids.count)
            }
        }
    }
}
