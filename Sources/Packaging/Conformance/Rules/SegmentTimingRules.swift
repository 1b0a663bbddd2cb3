/// Rules that hold a media playlist against the samples of its segments: HLS-11, 13, 20.
enum SegmentTimingRules {
    static func check(_ track: LoadedTrack, _ fragmented: FragmentedTrack, _ log: inout FindingLog) {
        checkLengths(track, fragmented, &log)
        checkSums(track, fragmented, &log)
        if fragmented.isVideo { checkCadence(track, fragmented, &log) }
    }

    private static func checkLengths(_ track: LoadedTrack, _ fragmented: FragmentedTrack, _ log: inout FindingLog) {
        guard let target = track.playlist.targetDuration else { return }
        for (segment, span) in zip(fragmented.segments, fragmented.spans) {
            guard let span else { continue }
            let length = fragmented.seconds(span.duration)
            log.expect(
                .segmentLength,
                length <= Double(target) + 0.5,
                Place(segment.path, seconds: fragmented.seconds(span.start)),
                "The samples last \(Seconds.text(length)), the target duration is \(target) s."
            )
        }
    }

    private static func checkSums(_ track: LoadedTrack, _ fragmented: FragmentedTrack, _ log: inout FindingLog) {
        var (declared, real) = (0.0, 0)
        let tolerance = fragmented.frame + 0.001
        for (segment, span) in zip(track.segments, fragmented.spans) {
            guard let span, let duration = segment.declared.duration else { return }
            declared += duration
            real += span.duration
            let sum = fragmented.seconds(real)
            log.expect(
                .durationSums,
                abs(declared - sum) <= tolerance,
                track.playlist.read.place(segment.declared.line),
                "EXTINF adds up to \(Seconds.text(declared)) here, the samples to \(Seconds.text(sum))."
            )
            // One finding: all later sums are off by as much.
            if abs(declared - sum) > tolerance { return }
        }
    }

    private static func checkCadence(_ track: LoadedTrack, _ fragmented: FragmentedTrack, _ log: inout FindingLog) {
        for (index, span) in fragmented.spans.enumerated().dropLast() {
            guard let span else { continue }
            let length = fragmented.seconds(span.duration)
            log.expect(
                .segmentCadence,
                (4.0...7.0).contains(length),
                Place(fragmented.segments[index].path, seconds: fragmented.seconds(span.start)),
                "The segment lasts \(Seconds.text(length)), not about 6 s."
            )
        }
        var previous: Int?
        for (index, span) in fragmented.spans.enumerated() {
            for fragment in fragmented.fragments(index) {
                guard span != nil, let start = fragment.decodeTime else { continue }
                for time in fragment.samples.syncTimes.map({ start + $0 }) {
                    defer { previous = time }
                    guard let last = previous else { continue }
                    let gap = fragmented.seconds(time - last)
                    log.expect(
                        .segmentCadence,
                        gap <= 2.2,
                        Place(fragmented.segments[index].path, seconds: fragmented.seconds(last)),
                        "\(Seconds.text(gap)) pass until the next key frame, not about 2 s."
                    )
                }
            }
        }
    }
}
