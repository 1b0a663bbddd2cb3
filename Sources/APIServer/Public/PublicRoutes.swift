import Catalog
import Hummingbird
import VLogCore

/// What visitors can ask about videos. Every query behind it sees only what is ready, published and not deleted, so
/// that anything else answers as if it were not there.
package struct PublicRoutes: Sendable {
    private let catalog: Catalog
    private let events: EventHub

    package init(_ services: ServerServices) {
        catalog = services.catalog
        events = services.events
    }

    package func add(to router: some RouterMethods<PublicContext>) {
        let api = router.group("api")
        api.get("videos", use: list)
        api.get("videos/:slug", use: show)
        api.get("videos/:slug/progress", use: progress)
        api.get("categories", use: categories)
    }

    @Sendable func list(
        _ request: Request,
        context: PublicContext
    ) async throws -> EncodedBody<ListBody<PublicVideo>> {
        try await catalog.videos.publicList(try PublicVideoFilter(request))
    }

    @Sendable func show(_ request: Request, context: PublicContext) async throws -> JSONResponse<PublicVideoDetail> {
        JSONResponse(try await video(context))
    }

    /// For pages that were open when the video became ready; how it got there is the admins' business.
    @Sendable func progress(_ request: Request, context: PublicContext) async throws -> JSONResponse<ProgressBody> {
        let id = try await video(context).video.id
        return JSONResponse(ProgressBody(videoID: id, status: .ready, percent: 100))
    }

    @Sendable func categories(
        _ request: Request,
        context: PublicContext
    ) async throws -> JSONResponse<ListBody<CategoryBody>> {
        let all = try await catalog.categories.list(publicOnly: true)
        return JSONResponse(ListBody(items: all, total: all.count, next: nil))
    }

    private func video(_ context: PublicContext) async throws -> PublicVideoDetail {
        guard let slug = context.parameters.get("slug").flatMap(Slug.init),
            let video = try await catalog.videos.publicDetail(slug)
        else { throw APIError.notFound("such video") }
        return video
    }
}

extension PublicVideoFilter {
    /// Reads `search`, `category`, `sort`, `order`, `limit` and `offset`.
    fileprivate init(_ request: Request) throws {
        let category: Slug? = try request.query("category", as: String.self).map { text in
            guard let slug = Slug(rawValue: text) else { throw APIError.badField("category", "is a category's slug.") }
            return slug
        }
        let search: String? = try request.query("search")
        let sort = try request.queryWord("sort", as: Sort.self) ?? (search == nil ? .date : .relevance)
        self.init(
            search: search,
            category: category,
            sort: sort,
            order: try request.queryWord("order") ?? (sort == .title ? .ascending : .descending),
            limit: try request.query("limit", in: 1...Paging.mostPerPage, otherwise: 50),
            offset: try request.query("offset", in: 0...Int(Int32.max), otherwise: 0)
        )
    }
}
