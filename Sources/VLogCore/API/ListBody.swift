/// One page of a list.
package struct ListBody<Item: Codable & Sendable>: Codable, Sendable {
    package var items: [Item]
    /// How many there are over all pages.
    package var total: Int
    /// The `offset` of the next page; nil on the last one.
    package var next: Int?

    package init(items: [Item], total: Int, next: Int?) {
        self.items = items
        self.total = total
        self.next = next
    }
}
