/// A playlist as it stands, of either kind.
struct ReadPlaylist: Sendable {
    /// A tag with what kind of playlist it belongs into.
    struct Tag: Sendable {
        let name: String
        let value: String
        let line: Int
    }

    let path: MediaPath
    let text: PlaylistText
    let tags: [Tag]

    static let multivariantTags: Set = [
        "EXT-X-STREAM-INF", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-MEDIA", "EXT-X-SESSION-DATA", "EXT-X-SESSION-KEY",
        "EXT-X-CONTENT-STEERING",
    ]
    static let mediaTags: Set = [
        "EXTINF", "EXT-X-TARGETDURATION", "EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY-SEQUENCE", "EXT-X-ENDLIST",
        "EXT-X-PLAYLIST-TYPE", "EXT-X-I-FRAMES-ONLY", "EXT-X-PART-INF", "EXT-X-SERVER-CONTROL", "EXT-X-BYTERANGE",
        "EXT-X-DISCONTINUITY", "EXT-X-KEY", "EXT-X-MAP", "EXT-X-PROGRAM-DATE-TIME", "EXT-X-GAP", "EXT-X-BITRATE",
    ]

    init(_ path: MediaPath, _ bytes: [UInt8]) {
        self.path = path
        text = PlaylistText(bytes)
        tags = text.lines.compactMap { line in
            guard case .tag(let name, let value) = line.content else { return nil }
            return Tag(name: name, value: value, line: line.number)
        }
    }

    /// Whether it lists variants; a playlist with tags of both kinds counts as what it has more of.
    var isMultivariant: Bool {
        let lists = tags.count { Self.multivariantTags.contains($0.name) }
        return lists > tags.count { Self.mediaTags.contains($0.name) }
    }

    func tags(_ name: String) -> [Tag] { tags.filter { $0.name == name } }

    func has(_ name: String) -> Bool { tags.contains { $0.name == name } }

    func place(_ line: Int? = nil) -> Place { Place(path, line: line) }
}
