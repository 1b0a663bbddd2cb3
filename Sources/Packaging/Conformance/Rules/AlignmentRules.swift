/// Rules about what starts together: HLS-21, SEG-12, and SEG-16 for transport streams.
enum AlignmentRules {
    static func check(_ presentation: Presentation, _ log: inout FindingLog) {
        let videos = presentation.rungs.compactMap(\.fragmented).filter(\.isVideo)
        if let first = videos.first {
            for other in videos.dropFirst() {
                compareStarts(first, other, &log)
                compareGroups(first, other, &log)
            }
            for sound in presentation.sounds().compactMap(\.fragmented).filter(\.isAudio) {
                compareSound(first, sound, &log)
            }
        }
        compareTransports(presentation, &log)
    }

    private static func time(_ ticks: Int, _ track: FragmentedTrack) -> MediaTime {
        MediaTime(ticks: ticks, timescale: track.timescale)
    }

    private static func compareStarts(_ first: FragmentedTrack, _ other: FragmentedTrack, _ log: inout FindingLog) {
        log.expect(
            .alignedSegments,
            first.segments.count == other.segments.count,
            Place(other.initialization.path),
            "The rung has \(other.segments.count) segments, that of \(first.initialization.path) has \(first.segments.count)."
        )
        for (index, pair) in zip(first.spans, other.spans).enumerated() {
            guard let left = pair.0, let right = pair.1 else { continue }
            let (expected, found) = (time(left.presentation, first), time(right.presentation, other))
            log.expect(
                .alignedSegments,
                expected == found,
                Place(other.segments[index].path, seconds: found.seconds),
                "The segment starts at \(Seconds.text(found.seconds)), \(first.segments[index].path) at "
                    + "\(Seconds.text(expected.seconds))."
            )
        }
    }

    private static func compareGroups(_ first: FragmentedTrack, _ other: FragmentedTrack, _ log: inout FindingLog) {
        guard first.segments.count == other.segments.count else { return }
        for index in first.segments.indices {
            let (expected, found) = (keyFrames(first, index), keyFrames(other, index))
            log.expect(
                .equalGroups,
                expected == found,
                Place(other.segments[index].path),
                "The segment has \(found.count) key frames where \(first.segments[index].path) has \(expected.count), "
                    + "or at other times."
            )
        }
    }

    /// From the start of the segment, whose own place is another rule's.
    private static func keyFrames(_ track: FragmentedTrack, _ index: Int) -> [MediaTime] {
        guard let start = track.spans[index]?.start else { return [] }
        return track.fragments(index).flatMap { fragment in
            fragment.samples.syncTimes.map { time((fragment.decodeTime ?? start) - start + $0, track) }
        }
    }

    private static func compareSound(_ video: FragmentedTrack, _ sound: FragmentedTrack, _ log: inout FindingLog) {
        guard video.segments.count == sound.segments.count else { return }
        for (index, pair) in zip(video.spans, sound.spans).enumerated() {
            guard let left = pair.0, let right = pair.1 else { continue }
            let (expected, found) = (video.seconds(left.presentation), sound.seconds(right.presentation))
            log.expect(
                .alignedSegments,
                abs(expected - found) <= sound.frame + 0.0001,
                Place(sound.segments[index].path, seconds: found),
                "The sound starts at \(Seconds.text(found)), the picture at \(Seconds.text(expected))."
            )
        }
    }

    private static func compareTransports(_ presentation: Presentation, _ log: inout FindingLog) {
        let rungs = presentation.rungs.compactMap { rung in rung.track.transport.map { (rung.track, $0) } }
        guard let (path, first) = rungs.first.map({ ($0.0.path, $0.1) }) else { return }
        for (track, other) in rungs.dropFirst() {
            log.expect(
                .alignedSegments,
                first.count == other.count,
                track.playlist.read.place(),
                "The rung has \(other.count) segments, that of \(path) has \(first.count)."
            )
            for (index, pair) in zip(first, other).enumerated() {
                guard let left = pair.0.startTime, let right = pair.1.startTime else { continue }
                log.expect(
                    .transportStream,
                    left == right,
                    Place(track.segments[index].path),
                    "The first PTS is \(right), in the same segment of \(path) it is \(left)."
                )
            }
        }
    }
}
