/// A file below the folder or origin that is checked. It cannot express a way out of it.
package struct MediaPath: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Decoded names, none of them empty, `.` or `..`, none with a slash or a control character in it.
    package let parts: [String]
    /// As written, without its question mark; folders have none.
    package let query: String?

    private static let longest = 2048

    private init(parts: [String], query: String?) {
        self.parts = parts
        self.query = query
    }

    /// A plain path, nothing in it encoded; nil when a part of it is no name.
    package init?(_ path: String) {
        let parts = path.split(separator: "/").map(String.init)
        guard !parts.isEmpty, parts.allSatisfy(Self.isName) else { return nil }
        self.init(parts: parts, query: nil)
    }

    /// An absolute URI below the origin; nil for any other.
    package init?(uri: String, origin: String?) {
        guard let path = MediaPath(parts: [], query: nil).resolving(uri, origin: origin) else { return nil }
        self = path
    }

    package var description: String { parts.joined(separator: "/") + (query.map { "?\($0)" } ?? "") }

    package var name: String { parts.last ?? "" }

    /// The end of the name from the last point on, in lower case: `.m4s`.
    package var suffix: String { name.lastIndex(of: ".").map { name[$0...].lowercased() } ?? "" }

    package static func < (left: MediaPath, right: MediaPath) -> Bool {
        (left.parts.count, left.description) < (right.parts.count, right.description)
    }

    /// What a URI in this file refers to (RFC 3986 section 5.2); nil when that is elsewhere.
    package func resolving(_ reference: String, origin: String?) -> MediaPath? {
        guard reference.utf8.count <= Self.longest, !reference.hasPrefix("//") else { return nil }
        let whole = reference.prefix { $0 != "#" }
        let path = whole.prefix { $0 != "?" }
        let query = path.endIndex < whole.endIndex ? String(whole[whole.index(after: path.endIndex)...]) : nil
        guard query?.unicodeScalars.allSatisfy({ ("!"..."~").contains($0) }) ?? true else { return nil }
        return resolving(path: path, query: query, origin: origin)
    }

    private func resolving(path: Substring, query: String?, origin: String?) -> MediaPath? {
        if let origin, path.hasPrefix(origin + "/") {
            return Self.normalised(path.dropFirst(origin.count), below: [], query)
        }
        guard !Self.hasScheme(path), !path.isEmpty else { return nil }
        if path.hasPrefix("/") { return origin == nil ? nil : Self.normalised(path, below: [], query) }
        return Self.normalised(path, below: Array(parts.dropLast()), query)
    }

    private static func normalised(_ path: Substring, below base: [String], _ query: String?) -> MediaPath? {
        var parts = base
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": if parts.popLast() == nil { return nil }
            default:
                guard let name = percentDecoded(part), isName(name) else { return nil }
                parts.append(name)
            }
        }
        return parts.isEmpty || path.hasSuffix("/") ? nil : MediaPath(parts: parts, query: query)
    }

    private static func hasScheme(_ path: Substring) -> Bool {
        guard let colon = path.firstIndex(of: ":") else { return false }
        return !path[..<colon].contains("/")
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".." && text.utf8.count <= 255
            && text.unicodeScalars.allSatisfy { $0 != "/" && $0.properties.generalCategory != .control }
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, !digits.contains(UInt8(ascii: "+")), !digits.contains(UInt8(ascii: "-")),
                let value = UInt8(Substring(digits), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
