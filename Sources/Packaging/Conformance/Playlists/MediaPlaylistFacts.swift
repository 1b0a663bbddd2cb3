/// A media playlist (RFC 8216bis section 4.4.3), as far as it can be read.
struct MediaPlaylistFacts: Sendable {
    /// A file, or a part of one.
    struct Resource: Hashable, Sendable {
        let uri: String
        /// Nil is all of it.
        let range: Range<Int>?
    }

    struct Segment: Sendable {
        let resource: Resource
        /// Seconds; nil when EXTINF is missing or no number.
        let duration: Double?
        /// Index into `maps`.
        let map: Int?
        let startsDiscontinuity: Bool
        let line: Int
    }

    let read: ReadPlaylist
    private(set) var segments: [Segment] = []
    private(set) var maps: [Resource] = []
    private(set) var problems: [(line: Int, message: String)] = []
    private(set) var hasLateSequence = false

    var path: MediaPath { read.path }
    var targetDuration: Int? {
        read.tags("EXT-X-TARGETDURATION").first.flatMap { PlaylistAttributes.integer($0.value) }
    }
    var type: String? { read.tags("EXT-X-PLAYLIST-TYPE").first?.value }
    var isFinished: Bool { read.has("EXT-X-ENDLIST") }
    var isKeyFramesOnly: Bool { read.has("EXT-X-I-FRAMES-ONLY") }
    /// Declared seconds.
    var duration: Double { segments.reduce(0) { $0 + ($1.duration ?? 0) } }

    init(_ read: ReadPlaylist) {
        self.read = read
        var pending = Pending()
        for line in read.text.lines {
            switch line.content {
            case .tag(let name, let value): take(name, value, line.number, &pending)
            case .uri(let uri):
                if pending.duration == nil { problems.append((line.number, "A segment has no EXTINF with a number.")) }
                segments.append(
                    Segment(
                        resource: Resource(uri: uri, range: pending.range(of: uri)),
                        duration: pending.duration,
                        map: maps.indices.last,
                        startsDiscontinuity: pending.isDiscontinuous,
                        line: line.number
                    )
                )
                pending.next(after: uri)
            }
        }
    }

    /// What tags say of the segment to come.
    private struct Pending {
        var duration: Double?
        var byteRange: (length: Int, offset: Int?)?
        var isDiscontinuous = false
        /// Where the part of a file ended that the segment before was.
        private var end: (uri: String, offset: Int)?

        func range(of uri: String) -> Range<Int>? {
            guard let byteRange else { return nil }
            let start = byteRange.offset ?? (end?.uri == uri ? end?.offset ?? 0 : 0)
            return start..<start + byteRange.length
        }

        mutating func next(after uri: String) {
            end = range(of: uri).map { (uri, $0.upperBound) }
            (duration, byteRange, isDiscontinuous) = (nil, nil, false)
        }
    }

    private mutating func take(_ name: String, _ value: String, _ line: Int, _ pending: inout Pending) {
        switch name {
        case "EXTINF": pending.duration = Seconds.parse(value.prefix { $0 != "," })
        case "EXT-X-DISCONTINUITY": pending.isDiscontinuous = true
        case "EXT-X-MEDIA-SEQUENCE": hasLateSequence = hasLateSequence || !segments.isEmpty
        case "EXT-X-BYTERANGE":
            pending.byteRange = Self.byteRange(value)
            if pending.byteRange == nil { problems.append((line, "EXT-X-BYTERANGE is '\(value)'.")) }
        case "EXT-X-MAP":
            let attributes = PlaylistAttributes(value)
            let range = attributes["BYTERANGE"].flatMap(Self.byteRange).map { ($0.offset ?? 0, $0.length) }
            maps.append(Resource(uri: attributes["URI"] ?? "", range: range.map { $0.0..<$0.0 + $0.1 }))
        default: break
        }
    }

    /// `length[@offset]`, both below 2^53, so that their sum is an `Int`.
    private static func byteRange(_ text: String) -> (length: Int, offset: Int?)? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let length = PlaylistAttributes.integer(parts[0]), length > 0 else {
            return nil
        }
        guard parts.count == 2 else { return (length, nil) }
        return PlaylistAttributes.integer(parts[1]).map { (length, $0) }
    }
}
