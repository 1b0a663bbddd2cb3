import Foundation
import Packaging

/// What people choose between: the title that the file has, else the language's name, else a number. Unique.
struct TrackNames {
    let all: [String]

    /// `otherwise` is what a track is called about which nothing is known, in front of its number.
    init(_ tracks: [(title: String?, language: LanguageTag?)], otherwise: String) {
        var names: [String] = []
        for (index, track) in tracks.enumerated() {
            let name =
                TrackNames.cleaned(track.title) ?? TrackNames.name(of: track.language) ?? "\(otherwise) \(index + 1)"
            names.append(names.contains(name) ? "\(name) (\(index + 1))" : name)
        }
        all = names
    }

    private static let longest = 60

    /// One line of at most 60 characters; nil when nothing of it can be seen.
    private static func cleaned(_ title: String?) -> String? {
        let words = (title ?? "").split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        let visible = words.unicodeScalars.filter { scalar in
            ![.control, .format, .surrogate, .privateUse, .unassigned].contains(scalar.properties.generalCategory)
        }
        let name = String(String(String.UnicodeScalarView(visible)).prefix(longest))
        return name.contains { !$0.isWhitespace } ? name : nil
    }

    private static func name(of language: LanguageTag?) -> String? {
        language.flatMap { Locale(identifier: "en").localizedString(forLanguageCode: $0.rawValue) }
    }
}
