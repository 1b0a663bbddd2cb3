/// Checks that all rungs have the same segments (HLS-21, INI-08): a player switches between them at any boundary.
struct RungAgreement: Sendable {
    private var starts: [Int] = []
    private var reference: (track: TrackID, timescale: Int)?

    /// Compares segment `number` of a rung with what the first rung to get there had.
    mutating func check(
        _ entry: SegmentEntry,
        _ number: Int,
        of track: TrackID,
        timescale: Int
    ) throws(PackagingError) {
        let reference = self.reference ?? (track, timescale)
        self.reference = reference
        guard reference.timescale == timescale else {
            throw PackagingError(
                .rungsDisagree,
                "\(track) has \(timescale) ticks per second, \(reference.track) has \(reference.timescale)"
            )
        }
        if number == starts.count { starts.append(entry.start) }
        guard starts.indices.contains(number), starts[number] == entry.start else {
            throw PackagingError(
                .rungsDisagree,
                "segment \(number) of \(track) starts at tick \(entry.start) and not where other rungs have it"
            )
        }
    }

    /// Compares the finished rungs: as many segments, and ends that are less than a frame apart.
    static func checkEnds(_ videos: [LadderSummary.Video]) throws(PackagingError) {
        guard let first = videos.first else { return }
        for video in videos.dropFirst() {
            guard video.table.entries.count == first.table.entries.count else {
                throw PackagingError(
                    .rungsDisagree,
                    "\(video.folder) has \(video.table.entries.count) segments, \(first.folder) has "
                        + "\(first.table.entries.count)"
                )
            }
            let slowest = min(first.frameRate.framesPerSecond, video.frameRate.framesPerSecond)
            guard abs(video.table.end.seconds - first.table.end.seconds) * slowest < 0.999 else {
                throw PackagingError(.rungsDisagree, "\(video.folder) and \(first.folder) do not end together")
            }
        }
    }
}
