/// A well-formed BCP 47 language tag (RFC 5646 section 2.1, the shape only: registries are not asked).
package struct LanguageTag: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package var description: String { rawValue }

    /// Takes what containers carry, ISO 639-2 codes included (`ger` and `deu` become `de`); nil for `und`, for private
    /// codes, and for anything that is not a tag.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count <= 35, let primary = parts.first?.lowercased(), LanguageTag.isPrimary(primary),
            parts.dropFirst().allSatisfy(LanguageTag.isSubtag)
        else { return nil }
        rawValue = ([Self.shortCodes[primary] ?? primary] + parts.dropFirst().map(String.init)).joined(separator: "-")
    }

    private static func isPrimary(_ part: String) -> Bool {
        (2...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x61...0x7A).contains($0) }
            && !["und", "mis", "mul", "zxx"].contains(part) && !("qaa"..."qtz").contains(part)
    }

    private static func isSubtag(_ part: Substring) -> Bool {
        (1...8).contains(part.utf8.count)
            && part.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: false
                }
            }
    }

    /// BCP 47 wants the shortest code of a language; containers carry the three-letter ones (both kinds of ISO 639-2).
    private static let shortCodes = [
        "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "cze": "cs", "chi": "zh", "zho": "zh", "cym": "cy",
        "wel": "cy", "dan": "da", "deu": "de", "ger": "de", "dut": "nl", "nld": "nl", "ell": "el", "gre": "el",
        "eng": "en", "est": "et", "eus": "eu", "baq": "eu", "fas": "fa", "per": "fa", "fin": "fi", "fra": "fr",
        "fre": "fr", "gle": "ga", "glg": "gl", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ice": "is",
        "isl": "is", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "lat": "la", "lav": "lv", "lit": "lt",
        "may": "ms", "msa": "ms", "nob": "nb", "nno": "nn", "nor": "no", "pol": "pl", "por": "pt", "ron": "ro",
        "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es", "sqi": "sq", "alb": "sq",
        "srp": "sr", "swe": "sv", "tam": "ta", "tel": "te", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur",
        "vie": "vi",
    ]
}
