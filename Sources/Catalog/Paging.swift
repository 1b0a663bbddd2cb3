import VLogCore

/// Which way a list is sorted.
package enum SortOrder: String, Sendable, CaseIterable {
    case ascending = "asc"
    case descending = "desc"
}

/// A page of a list: how many, after how many. Values outside the bounds are moved to the nearest one.
package struct Paging: Sendable, Equatable {
    package static let mostPerPage = 100
    package let limit: Int
    package let offset: Int

    package init(limit: Int, offset: Int) {
        self.limit = min(max(limit, 1), Paging.mostPerPage)
        self.offset = min(max(offset, 0), Int(Int32.max))
    }

    /// The list's body, with the offset of the page after this one.
    func body<Item>(_ items: [Item], total: Int) -> ListBody<Item> {
        let end = offset + items.count
        return ListBody(items: items, total: total, next: end < total && !items.isEmpty ? end : nil)
    }
}
