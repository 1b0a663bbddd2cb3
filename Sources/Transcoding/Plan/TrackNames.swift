import Foundation
import Packaging

/// What people choose between: the title that the file has, else the language's name, else a number. Unique.
struct TrackNames {
    struct Track {
        var title: String?
        var language: LanguageTag?
        /// Told apart from the whole text in the same language, in players that do not hide it.
        var isForced = false
    }

    let all: [String]

    /// `otherwise` is what a track is called about which nothing is known, in front of its number.
    init(_ tracks: [Track], otherwise: String) {
        var names: [String] = []
        for (index, track) in tracks.enumerated() {
            let known = TrackNames.name(of: track.language) ?? "\(otherwise) \(index + 1)"
            let name = TrackNames.cleaned(track.title) ?? (track.isForced ? "\(known) (forced)" : known)
            names.append(TrackNames.unique(name, number: index + 1, besides: names))
        }
        all = names
    }

    private static let longest = 60

    /// A playlist cannot carry double quotes, and has single ones instead.
    private static func unique(_ name: String, number: Int, besides others: [String]) -> String {
        let taken = Set(others.map { $0.replacing("\"", with: "'") })
        var name = name
        while taken.contains(name.replacing("\"", with: "'")) { name += " (\(number))" }
        return name
    }

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
