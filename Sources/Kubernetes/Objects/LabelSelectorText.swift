/// A label selector as lists and metrics take it in a query: `worker=nvidia,tier in (a, b),!old`
/// (Kubernetes, "Labels and Selectors").
package struct LabelSelectorText: Sendable, Equatable {
    package enum Requirement: Sendable, Equatable {
        case isIn(key: String, values: Set<String>)
        /// Met by what lacks the label, too.
        case isNotIn(key: String, values: Set<String>)
        case exists(key: String)
        case isAbsent(key: String)
    }

    package let requirements: [Requirement]

    /// Nil for a text that is none. The empty one selects everything.
    package init?(_ text: String) {
        var parser = Parser(text)
        guard let requirements = parser.requirements() else { return nil }
        self.requirements = requirements
    }

    package func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .isIn(let key, let values): labels[key].map(values.contains) ?? false
            case .isNotIn(let key, let values): !(labels[key].map(values.contains) ?? false)
            case .exists(let key): labels[key] != nil
            case .isAbsent(let key): labels[key] == nil
            }
        }
    }
}

private struct Parser {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    mutating func requirements() -> [LabelSelectorText.Requirement]? {
        skipSpaces()
        if rest.isEmpty { return [] }
        var found: [LabelSelectorText.Requirement] = []
        repeat {
            guard let next = requirement() else { return nil }
            found.append(next)
        } while take(",")
        return rest.isEmpty ? found : nil
    }

    private mutating func requirement() -> LabelSelectorText.Requirement? {
        if take("!") { return word().map { .isAbsent(key: $0) } }
        guard let key = word() else { return nil }
        if take("!=") { return .isNotIn(key: key, values: [word() ?? ""]) }
        if take("==") || take("=") { return .isIn(key: key, values: [word() ?? ""]) }
        guard let operation = word() else { return .exists(key: key) }
        guard operation == "in" || operation == "notin", let values = list() else { return nil }
        return operation == "in" ? .isIn(key: key, values: values) : .isNotIn(key: key, values: values)
    }

    private mutating func list() -> Set<String>? {
        guard take("(") else { return nil }
        var values: Set<String> = []
        repeat { values.insert(word() ?? "") } while take(",")
        return take(")") ? values : nil
    }

    private mutating func word() -> String? {
        skipSpaces()
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./".contains($0)) }
        guard !word.isEmpty else { return nil }
        rest.removeFirst(word.count)
        return String(word)
    }

    private mutating func take(_ sign: String) -> Bool {
        skipSpaces()
        guard rest.hasPrefix(sign) else { return false }
        rest.removeFirst(sign.count)
        skipSpaces()
        return true
    }

    private mutating func skipSpaces() { rest = rest.drop { $0 == " " } }
}
