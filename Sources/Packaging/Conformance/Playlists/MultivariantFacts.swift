/// A multivariant playlist (RFC 8216bis section 4.4.6), as far as it can be read.
struct MultivariantFacts: Sendable {
    struct Variant: Sendable {
        let attributes: PlaylistAttributes
        /// Nil when no URI follows the tag.
        let uri: String?
        let line: Int
    }

    struct Rendition: Sendable {
        let attributes: PlaylistAttributes
        let line: Int

        var type: String { attributes["TYPE"] ?? "" }
        var group: String { attributes["GROUP-ID"] ?? "" }
        var name: String { attributes["NAME"] ?? "" }
        /// What a member of one group has in common with that of another.
        var member: [String?] { ["NAME", "LANGUAGE", "DEFAULT"].map { attributes[$0] } }
    }

    let read: ReadPlaylist
    let variants: [Variant]
    let renditions: [Rendition]
    let keyFrameVariants: [Variant]

    private static let mostEntries = 1000

    init(_ read: ReadPlaylist) {
        self.read = read
        var variants: [Variant] = []
        var open: ReadPlaylist.Tag?
        for line in read.text.lines {
            switch line.content {
            case .tag("EXT-X-STREAM-INF", let value):
                if let open { variants.append(Variant(open, uri: nil)) }
                open = ReadPlaylist.Tag(name: "EXT-X-STREAM-INF", value: value, line: line.number)
            case .tag: continue
            case .uri(let uri):
                if let tag = open { variants.append(Variant(tag, uri: uri)) }
                open = nil
            }
        }
        if let open { variants.append(Variant(open, uri: nil)) }
        self.variants = Array(variants.prefix(Self.mostEntries))
        renditions = read.tags("EXT-X-MEDIA").prefix(Self.mostEntries).map {
            Rendition(attributes: PlaylistAttributes($0.value), line: $0.line)
        }
        keyFrameVariants = read.tags("EXT-X-I-FRAME-STREAM-INF").prefix(Self.mostEntries).map { tag in
            let attributes = PlaylistAttributes(tag.value)
            return Variant(attributes: attributes, uri: attributes["URI"], line: tag.line)
        }
    }

    func renditions(_ type: String, in group: String?) -> [Rendition] {
        renditions.filter { $0.type == type && $0.group == group }
    }
}

extension MultivariantFacts.Variant {
    fileprivate init(_ tag: ReadPlaylist.Tag, uri: String?) {
        self.init(attributes: PlaylistAttributes(tag.value), uri: uri, line: tag.line)
    }
}
