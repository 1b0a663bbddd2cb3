import Postgres
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

    /// The end of a statement that reads one page.
    ///
    /// The limit is not bound: PostgreSQL plans for a tenth of all rows when it does not know it, finds that worse than what a
    /// plan with the value costs, and so plans anew each time it is asked, which takes as long as reading the page.
    var clause: SQLQuery {
        offset == 0 ? "LIMIT \(constant: limit)" : "LIMIT \(constant: limit) OFFSET \(offset)"
    }

    /// The list's body, with the offset of the page after this one.
    func body<Item>(_ items: [Item], total: Int) -> ListBody<Item> {
        ListBody(items: items, total: total, next: next(after: items.count, of: total))
    }

    private func next(after count: Int, of total: Int) -> Int? {
        let end = offset + count
        return end < total && count > 0 ? end : nil
    }

    /// The body of a list whose rows `write` writes, each with the `total` over all pages behind; nil when there is no row.
    func encoded<Item>(
        _ result: PostgresResult,
        of _: Item.Type,
        _ write: (inout PostgresRowReader, inout JSONText) throws(PostgresError) -> Void
    ) throws(PostgresError) -> EncodedBody<ListBody<Item>>? {
        var json = JSONText(reserving: 512 * (result.rowCount + 1))
        var total: Int?
        for index in 0..<result.rowCount {
            var row = PostgresRowReader(result.row(index))
            json.append(raw: index == 0 ? #"{"items":["# : ",")
            try write(&row, &json)
            if total == nil { total = Int(try row.integer("total")) }
        }
        return total.map { encoded(&json, count: result.rowCount, total: $0) }
    }

    /// The body of a page without items.
    func encoded<Item>(total: Int) -> EncodedBody<ListBody<Item>> {
        var json = JSONText(reserving: 64)
        json.append(raw: #"{"items":["#)
        return encoded(&json, count: 0, total: total)
    }

    private func encoded<Item>(_ json: inout JSONText, count: Int, total: Int) -> EncodedBody<ListBody<Item>> {
        json.append(raw: #"],"total":"#)
        json.append(Int64(total))
        if let next = next(after: count, of: total) {
            json.append(raw: #","next":"#)
            json.append(Int64(next))
        }
        json.append(raw: "}")
        return EncodedBody(bytes: json.bytes)
    }
}
