import Postgres

/// What somebody typed into a search box, made safe and ready for PostgreSQL: `websearch_to_tsquery` understands
/// words, `"phrases"`, `or` and `-not`; the last word also matches as a beginning, so that typing finds things.
package struct SearchTerms: Sendable, Equatable {
    /// Characters that are read; the rest of a longer text is ignored.
    static let longest = 200

    /// The text without control characters and the separators that PostgreSQL would keep inside a token.
    let text: String
    /// `text` without `beginning`.
    let head: String
    /// The last word, letters and digits only, when it may match as a beginning.
    let beginning: String?

    /// Nil when there is nothing to search for.
    package init?(_ typed: String) {
        text = SearchTerms.plain(typed)
        guard text.contains(where: \.isSearchable) else { return nil }
        let word = text.reversed().prefix(while: \.isSearchable).reversed()
        head = String(text.dropLast(word.count))
        let isPlainWord = !word.isEmpty && !head.hasSuffix("-") && !text.contains("\"")
        beginning = isPlainWord ? String(word) : nil
    }

    /// As the `search` column is built: `a_clip.v2/cut` is four words, and `well-known` two; but `-not` stays.
    private static func plain(_ typed: String) -> String {
        let characters = Array(typed.prefix(longest))
        let plain = characters.indices.map { index -> Character in
            let character = characters[index]
            if character.isSearchable || character == "\"" { return character }
            let isAfterWord = index > 0 && characters[index - 1].isSearchable
            let isBeforeWord = index + 1 < characters.count && characters[index + 1].isSearchable
            return character == "-" && isBeforeWord && !isAfterWord ? "-" : " "
        }
        return String(plain)
    }

    /// The search as an expression of type `tsquery`.
    var query: SQLQuery {
        guard let beginning else { return "websearch_to_tsquery('simple', \(text))" }
        let pattern = beginning + ":*"
        if !head.contains(where: \.isSearchable) {
            return "(websearch_to_tsquery('simple', \(text)) || to_tsquery('simple', \(pattern)))"
        }
        return """
            (websearch_to_tsquery('simple', \(text))
                || (websearch_to_tsquery('simple', \(head)) && to_tsquery('simple', \(pattern))))
            """
    }
}

extension Character {
    fileprivate var isSearchable: Bool { isLetter || isNumber }
}
