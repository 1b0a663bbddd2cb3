import VLogCore

/// What a visitor may ask of the list of videos.
package struct PublicVideoFilter: Sendable {
    package enum Sort: String, Sendable, CaseIterable {
        case date, title, duration
        /// By how well the search matches; without a search, by date.
        case relevance
    }

    package var search: SearchTerms?
    package var category: Slug?
    package var sort: Sort
    package var order: SortOrder
    package var paging: Paging

    package init(
        search: String? = nil,
        category: Slug? = nil,
        sort: Sort = .date,
        order: SortOrder = .descending,
        limit: Int = 50,
        offset: Int = 0
    ) {
        self.search = search.flatMap(SearchTerms.init)
        self.category = category
        self.sort = sort
        self.order = order
        self.paging = Paging(limit: limit, offset: offset)
    }
}

/// What an administrator may ask of the list of videos.
package struct AdminVideoFilter: Sendable {
    package enum Sort: String, Sendable, CaseIterable {
        /// By the time of the upload.
        case date
        case title, duration
        /// By how well the search matches; without a search, by date.
        case relevance
    }

    package var status: VideoStatus?
    package var search: SearchTerms?
    /// True lists the deleted videos and no others, false all but the deleted.
    package var deleted: Bool
    package var sort: Sort
    package var order: SortOrder
    package var paging: Paging

    package init(
        status: VideoStatus? = nil,
        search: String? = nil,
        deleted: Bool = false,
        sort: Sort = .date,
        order: SortOrder = .descending,
        limit: Int = 50,
        offset: Int = 0
    ) {
        self.status = status
        self.search = search.flatMap(SearchTerms.init)
        self.deleted = deleted
        self.sort = sort
        self.order = order
        self.paging = Paging(limit: limit, offset: offset)
    }
}
