/// One line of a playlist that says something: a tag or a URI.
struct PlaylistLine: Sendable {
    enum Content: Sendable {
        /// `EXTINF` and what stands after its colon; empty for a tag without a value.
        case tag(String, value: String)
        case uri(String)
    }

    /// From 1.
    let number: Int
    let content: Content
}

/// The lines of a playlist, and what is wrong with its bytes (RFC 8216bis section 4.1).
struct PlaylistText: Sendable {
    private(set) var lines: [PlaylistLine] = []
    private(set) var problems: [(line: Int, message: String)] = []
    /// Whether the first line says that this is a playlist at all.
    private(set) var isPlaylist = false

    /// A day of two-second segments with all their tags.
    private static let mostLines = 400_000

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) {
            problems.append((1, "There is a byte order mark before #EXTM3U."))
            rest = rest.dropFirst(3)
        }
        let pieces = rest.split(
            separator: UInt8(ascii: "\n"),
            maxSplits: Self.mostLines,
            omittingEmptySubsequences: false
        )
        if pieces.count > Self.mostLines {
            problems.append((Self.mostLines, "There are more than \(Self.mostLines) lines."))
        }
        for (index, piece) in pieces.prefix(Self.mostLines).enumerated() { append(piece, index + 1) }
        if !isPlaylist { problems.append((1, "The first line is not #EXTM3U.")) }
    }

    private mutating func append(_ piece: ArraySlice<UInt8>, _ number: Int) {
        let bytes = piece.last == UInt8(ascii: "\r") ? piece.dropLast() : piece
        guard let text = String(validating: bytes, as: UTF8.self) else {
            problems.append((number, "The line is not UTF-8."))
            return
        }
        if bytes.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
            problems.append((number, "The line has control characters in it."))
        }
        if number == 1 {
            isPlaylist = text == "#EXTM3U"
        } else if text.hasPrefix("#EXT") {
            let name = text.dropFirst().prefix { $0 != ":" }
            lines.append(
                PlaylistLine(number: number, content: .tag(String(name), value: String(text.dropFirst(name.count + 2))))
            )
        } else if !text.isEmpty, !text.hasPrefix("#") {
            lines.append(PlaylistLine(number: number, content: .uri(text)))
        }
    }
}
