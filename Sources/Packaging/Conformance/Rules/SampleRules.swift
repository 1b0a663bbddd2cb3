/// Rules about samples: SEG-06, 10, 11, 15.
enum SampleRules {
    static func check(_ track: FragmentedTrack, _ log: inout FindingLog) {
        checkStart(track, &log)
        for (index, segment) in track.segments.enumerated() {
            let fragments = track.fragments(index)
            if track.isVideo {
                checkKeyFrame(fragments.first, segment, &log)
                for fragment in fragments where fragment.samples.isFirstSync {
                    log.expect(
                        .closedGroups,
                        fragment.samples.minimumOffset >= fragment.samples.firstOffset,
                        segment.place(byte: fragment.offset),
                        "A picture is shown before the key frame that it follows: the group is open."
                    )
                }
            }
            if track.isAudio { checkSound(fragments, segment, &log) }
        }
        if track.isAudio, let durations = track.sampleDurations {
            log.expect(
                .audioFrames,
                durations.lowerBound == durations.upperBound,
                Place(track.initialization.path),
                "Frames of sound last \(durations.lowerBound) to \(durations.upperBound) ticks, not all the same."
            )
        }
    }

    private static func checkStart(_ track: FragmentedTrack, _ log: inout FindingLog) {
        guard let main = track.main, let span = track.spans.first ?? nil, track.isVideo || track.isAudio else { return }
        // The ticks of empty edits are the movie's, which the init segments of fragmented files seldom need: any is wrong.
        let empty = main.emptyEdits.reduce(0) { $0 + $1.duration }
        let seconds = track.seconds(span.presentation)
        let tolerance = track.isAudio ? track.frame : 0
        log.expect(
            .zeroStart,
            abs(seconds) <= tolerance && empty == 0,
            track.segments[0].place(),
            empty > 0
                ? "An empty edit delays the start."
                : "The first \(track.isAudio ? "sound" : "picture") is at \(Seconds.text(seconds)), not at zero."
        )
    }

    private static func checkKeyFrame(
        _ fragment: SegmentFacts.Fragment?,
        _ segment: FragmentedTrack.Segment,
        _ log: inout FindingLog
    ) {
        guard let fragment else { return }
        let place = segment.place(byte: fragment.offset)
        log.expect(
            .startsWithKeyFrame,
            fragment.samples.isFirstSync,
            place,
            "The flags of the first picture do not say that it is a sync sample."
        )
        guard let keyFrame = fragment.keyFrame else { return }
        log.expect(
            .startsWithKeyFrame,
            keyFrame == .closed,
            place,
            keyFrame == .open
                ? "The first picture is a CRA, behind which pictures of the segment before may be needed."
                : "The first picture is no key frame by its bits."
        )
    }

    private static func checkSound(
        _ fragments: [SegmentFacts.Fragment],
        _ segment: FragmentedTrack.Segment,
        _ log: inout FindingLog
    ) {
        let count = fragments.reduce(0) { $0 + $1.samples.count }
        let empty = fragments.reduce(0) { $0 + $1.samples.emptyCount }
        log.expect(.audioFrames, count > 0, segment.place(), "There is no sound in the segment.")
        log.expect(.audioFrames, empty == 0, segment.place(), "\(empty) frames have no bytes or no duration.")
    }
}
