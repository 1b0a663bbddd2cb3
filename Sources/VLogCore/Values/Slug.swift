import Foundation

/// The part of a URL, and of the storage tree, that names a video or a category: 1 to 80 characters of
/// `a-z`, `0-9` and single inner hyphens. Nothing else can be a folder's name, so a slug cannot leave its root.
package struct Slug: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    package static let longest = 80
    package let rawValue: String

    package var description: String { rawValue }

    /// Accepts an existing slug; nil when it breaks the rule above.
    package init?(rawValue: String) {
        guard rawValue.utf8.count <= Slug.longest else { return nil }
        // A hyphen that is the first, the last or behind another has no letter before or behind it.
        var previous = UInt8.hyphen
        for byte in rawValue.utf8 {
            guard byte.isSlugLetter || (byte == .hyphen && previous != .hyphen) else { return nil }
            previous = byte
        }
        guard previous != .hyphen else { return nil }
        self.rawValue = rawValue
    }

    /// Makes a slug of a title: accents are dropped, every other run of characters becomes one hyphen, and a
    /// title without a single usable letter becomes `fallback`.
    package init(title: String, fallback: String = "video") {
        let plain = title.folding(options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
        var text: [UInt8] = []
        for byte in plain.lowercased().utf8 {
            if byte.isSlugLetter {
                text.append(byte)
            } else if let last = text.last, last != .hyphen {
                text.append(.hyphen)
            }
            if text.count == Slug.longest { break }
        }
        while text.last == .hyphen { text.removeLast() }
        self.rawValue = text.isEmpty ? fallback : String(decoding: text, as: UTF8.self)
    }

    /// The same slug with a number behind it (`clip` → `clip-2`), still within the longest length.
    package func numbered(_ number: Int) -> Slug {
        let suffix = "-\(number)"
        var head = rawValue.prefix(Slug.longest - suffix.utf8.count)
        while head.last == "-" { head.removeLast() }
        return Slug(unchecked: head + suffix)
    }

    private init(unchecked text: some StringProtocol) { rawValue = String(text) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let slug = Slug(rawValue: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a slug")
        }
        self = slug
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension UInt8 {
    fileprivate static let hyphen = UInt8(ascii: "-")

    fileprivate var isSlugLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
