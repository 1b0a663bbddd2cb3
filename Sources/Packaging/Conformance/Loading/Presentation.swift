/// A multivariant playlist and the tracks behind it.
struct Presentation: Sendable {
    let playlist: MultivariantFacts
    /// By the URI as the playlist writes it; those that could not be read are missing.
    let tracks: [String: LoadedTrack]

    func track(_ uri: String?) -> LoadedTrack? { uri.flatMap { tracks[$0] } }

    /// A variant with its own track.
    struct Rung {
        let variant: MultivariantFacts.Variant
        let track: LoadedTrack
        let fragmented: FragmentedTrack?
    }

    /// Every variant that could be read, once per track.
    var rungs: [Rung] {
        var seen: Set<MediaPath> = []
        return playlist.variants.compactMap { variant in
            guard let track = track(variant.uri), seen.insert(track.path).inserted else { return nil }
            return Rung(variant: variant, track: track, fragmented: track.fragmented)
        }
    }

    /// Tracks of the sound renditions of a group; all groups without one.
    func sounds(in group: String? = nil) -> [LoadedTrack] {
        let renditions = playlist.renditions.filter { $0.type == "AUDIO" && (group == nil || $0.group == group) }
        return renditions.compactMap { track($0.attributes["URI"]) }
    }

    func place(_ line: Int? = nil) -> Place { playlist.read.place(line) }
}

/// A representation of a DASH manifest with everything that it names, read.
struct LoadedRepresentation: Sendable {
    struct Segment: Sendable {
        let path: MediaPath
        let declared: SegmentTemplate.Segment
        let content: SegmentContent
    }

    let representation: ManifestFacts.Representation
    let initialization: LoadedInitialization?
    let segments: [Segment]
    /// Whether every segment could be read.
    let isWhole: Bool

    var fragmented: FragmentedTrack? {
        let parts = segments.compactMap { segment -> FragmentedTrack.Segment? in
            guard case .fragments(let facts) = segment.content else { return nil }
            return .init(path: segment.path, facts: facts, isDiscontinuous: false)
        }
        guard let initialization, isWhole, !parts.isEmpty, parts.count == segments.count else { return nil }
        return FragmentedTrack(initialization: initialization, segments: parts)
    }
}
