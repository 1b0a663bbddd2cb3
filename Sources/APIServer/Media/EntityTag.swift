/// A strong validator (RFC 9110 section 8.8.3).
package struct EntityTag: Sendable, Equatable, CustomStringConvertible {
    /// Between the quotes.
    package let opaque: String

    package init(opaque: String) { self.opaque = opaque }

    /// As in the header, quotes included.
    package var description: String { "\"\(opaque)\"" }

    /// How `If-Match`, `If-None-Match` compare.
    enum Comparison {
        /// Weak tags in the list never match.
        case strong
        case weak
    }

    /// Whether the value of `If-Match` or `If-None-Match` names this tag. A list beyond 4 KiB names nothing.
    func isNamed(in list: String, _ comparison: Comparison) -> Bool {
        guard list.utf8.count <= 4096 else { return false }
        return list.split(separator: ",").contains { item in
            var item = item.drop { $0 == " " || $0 == "\t" }
            while item.last == " " || item.last == "\t" { item.removeLast() }
            if item == "*" { return true }
            if comparison == .weak, item.hasPrefix("W/") { item = item.dropFirst(2) }
            return item == description
        }
    }
}
