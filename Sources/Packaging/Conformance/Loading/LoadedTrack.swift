/// What a segment turned out to be.
enum SegmentContent: Sendable {
    case fragments(SegmentFacts)
    case transport(TransportFacts)
    case text(WebVTTFacts)
    /// Sound without a container, or something unknown; its size in bytes.
    case other(size: Int)
    /// Told of already.
    case unreadable

    /// Bytes.
    var size: Int {
        switch self {
        case .fragments(let facts): facts.size
        case .transport(let facts): facts.size
        case .other(let size): size
        case .text, .unreadable: 0
        }
    }
}

struct LoadedInitialization: Sendable {
    let path: MediaPath
    let facts: InitializationFacts
}

/// A media playlist with everything that it names, read.
struct LoadedTrack: Sendable {
    struct Segment: Sendable {
        let path: MediaPath
        let declared: MediaPlaylistFacts.Segment
        let content: SegmentContent
    }

    let playlist: MediaPlaylistFacts
    /// By index in the playlist's `maps`.
    let initializations: [Int: LoadedInitialization]
    /// In the order of the playlist; those that could not be resolved are missing.
    let segments: [Segment]

    var path: MediaPath { playlist.path }

    /// As fragmented MP4; nil when it is something else, or not all of it could be read.
    var fragmented: FragmentedTrack? {
        guard let initialization = segments.first?.declared.map.flatMap({ initializations[$0] }) else { return nil }
        let parts = segments.compactMap { segment -> FragmentedTrack.Segment? in
            guard case .fragments(let facts) = segment.content else { return nil }
            return .init(
                path: segment.path,
                start: segment.declared.resource.range?.lowerBound ?? 0,
                facts: facts,
                isDiscontinuous: segment.declared.startsDiscontinuity
            )
        }
        guard parts.count == playlist.segments.count else { return nil }
        return FragmentedTrack(initialization: initialization, segments: parts)
    }

    /// As a transport stream; nil when any segment is something else.
    var transport: [TransportFacts]? {
        let parts = segments.compactMap { segment -> TransportFacts? in
            guard case .transport(let facts) = segment.content else { return nil }
            return facts
        }
        return parts.isEmpty || parts.count != playlist.segments.count ? nil : parts
    }

    /// Bytes of every segment over its declared duration.
    var bandwidth: Bandwidth? {
        guard let target = playlist.targetDuration, segments.count == playlist.segments.count else { return nil }
        let pieces = segments.map { segment in
            let seconds = min(segment.declared.duration ?? 0, 1e6)
            return BandwidthMeter.Piece(duration: Int((seconds * 1e6).rounded()), bytes: segment.content.size)
        }
        return BandwidthMeter(timescale: 1_000_000, targetDuration: min(target, 1 << 20)).measure(pieces)
    }
}
