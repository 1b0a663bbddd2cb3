/// The segments of a track so far: the one source of every playlist and manifest.
struct SegmentTable: Sendable, Equatable {
    /// Ticks per second.
    let timescale: Int
    private(set) var entries: [SegmentEntry] = []

    init(timescale: Int) { self.timescale = timescale }

    /// Where the last segment ends.
    var end: MediaTime { MediaTime(ticks: entries.last?.end ?? 0, timescale: timescale) }

    mutating func append(_ entry: SegmentEntry) { entries.append(entry) }

    func start(of entry: SegmentEntry) -> MediaTime { MediaTime(ticks: entry.start, timescale: timescale) }
}
