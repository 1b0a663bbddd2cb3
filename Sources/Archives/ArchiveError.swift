/// What is wrong with an archive.
package struct ArchiveError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// It is no gzip-compressed tar, it was damaged on its way, or it is not whole.
        case damaged
        /// It holds something that is not taken, however well it is written.
        case forbidden
        /// It passes a limit.
        case tooLarge
    }

    package let code: Code
    /// A sentence for the sender that names the entry, where there is one, and the rule.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// About the entry with this name, which may hold anything.
    package init(_ code: Code, entry name: String, _ rule: String) {
        self.init(code, "Entry \"\(ArchiveError.printable(name))\" \(rule)")
    }

    package var description: String { "\(code.rawValue): \(message)" }

    /// The beginning of a name with nothing in it that could move a cursor or end a line.
    package static func printable(_ name: String) -> String {
        let limit = 80
        var text = ""
        for scalar in name.unicodeScalars.prefix(limit) {
            text.unicodeScalars.append((0x20..<0x7F).contains(scalar.value) && scalar != "\"" ? scalar : "?")
        }
        return name.unicodeScalars.count > limit ? text + "..." : text
    }
}
