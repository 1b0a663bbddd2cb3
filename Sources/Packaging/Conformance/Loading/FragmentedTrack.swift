/// One track of fragmented MP4: its init segment and its segments in order, whatever manifest named them.
struct FragmentedTrack: Sendable {
    struct Segment: Sendable {
        let path: MediaPath
        /// Of the file, for a segment that is a part of one.
        var start = 0
        let facts: SegmentFacts
        let isDiscontinuous: Bool

        /// A distance from the segment's first byte.
        func place(byte: Int? = nil, seconds: Double? = nil) -> Place {
            Place(path, byte: byte.map { $0 + start }, seconds: seconds)
        }
    }

    /// When the samples of a segment are, in ticks.
    struct Span: Sendable {
        let start: Int
        let duration: Int
        /// When its earliest sample is shown, behind the edit list.
        let presentation: Int
        var end: Int { start + duration }
    }

    let initialization: LoadedInitialization
    let segments: [Segment]
    /// Of the main track, by segment; nil where there is no tfdt.
    let spans: [Span?]

    init(initialization: LoadedInitialization, segments: [Segment]) {
        self.initialization = initialization
        self.segments = segments
        let main = initialization.facts.main
        spans = segments.map { segment in
            let fragments = segment.facts.fragments(of: main?.id ?? 0)
            guard let first = fragments.first, let start = first.decodeTime else { return nil }
            return Span(
                start: start,
                duration: fragments.reduce(0) { $0 + $1.samples.duration },
                presentation: start + first.samples.minimumOffset - (main?.mediaTime ?? 0)
            )
        }
    }

    var main: InitializationFacts.Track? { initialization.facts.main }
    var timescale: Int { main?.timescale ?? 1 }
    var isVideo: Bool { main?.isVideo ?? false }
    var isAudio: Bool { main?.isAudio ?? false }

    func fragments(_ index: Int) -> [SegmentFacts.Fragment] { segments[index].facts.fragments(of: main?.id ?? 0) }

    func seconds(_ ticks: Int) -> Double { Double(ticks) / Double(timescale) }

    /// Seconds from the first sample to the end of the last.
    var duration: Double? {
        guard let first = spans.first ?? nil, let last = spans.last ?? nil else { return nil }
        return seconds(last.end - first.start)
    }

    /// Ticks of the shortest and of the longest sample, the last of each fragment aside.
    var sampleDurations: ClosedRange<Int>? {
        let summaries = segments.indices.flatMap { fragments($0).map(\.samples) }
        let shortest = summaries.compactMap(\.shortest).min() ?? summaries.map(\.last).min()
        let longest = summaries.compactMap(\.longest).max() ?? shortest
        guard let shortest, let longest, shortest > 0, shortest <= longest else { return nil }
        return shortest...longest
    }

    /// Seconds that one sample lasts at most; a 24th of one when that is not known.
    var frame: Double { sampleDurations.map { seconds($0.upperBound) } ?? 1.0 / 24 }

    /// Samples per second over all; nil without any.
    var averageRate: Double? {
        let summaries = segments.indices.flatMap { fragments($0).map(\.samples) }
        let (count, ticks) = summaries.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.duration) }
        return ticks > 0 ? Double(count) * Double(timescale) / Double(ticks) : nil
    }
}
