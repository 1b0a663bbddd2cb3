/// Rules about the boxes of segments: SEG-01, 02, 04, 05 and the chain of decode times, SEG-03.
enum FragmentRules {
    static func check(_ track: FragmentedTrack, _ log: inout FindingLog) {
        for segment in track.segments {
            checkBoxes(segment, &log)
            for fragment in segment.facts.fragments { checkAddressing(fragment, segment, &log) }
        }
        checkOrder(track, &log)
        for number in track.initialization.facts.tracks.map(\.id) { checkTimes(track, number, &log) }
    }

    private static func checkBoxes(_ segment: FragmentedTrack.Segment, _ log: inout FindingLog) {
        log.check(.segmentBoxes)
        for problem in segment.facts.problems {
            log.report(.segmentBoxes, segment.place(byte: problem.byte), problem.message)
        }
        var previous: FourCC?
        var indexCount = 0
        for (index, box) in segment.facts.boxes.enumerated() {
            if let problem = problem(box, index, after: previous, &indexCount) {
                log.report(.segmentBoxes, segment.place(byte: box.offset), problem)
            }
            previous = box.type
        }
        let (moofs, last) = (segment.facts.boxes.count { $0.type == "moof" }, segment.facts.boxes.last)
        log.expect(.segmentBoxes, moofs > 0, segment.place(), "There is no moof.")
        log.expect(
            .segmentBoxes,
            last?.type == "mdat" || !segment.facts.problems.isEmpty,
            segment.place(byte: last?.offset),
            "Box \(last?.type ?? "mdat") is the last one, an mdat belongs there."
        )
        let crowds = segment.facts.fragments.filter { $0.trackCount != 1 }
        let counts = Dictionary(crowds.map { ($0.offset, $0.trackCount) }) { $1 }
        for (offset, count) in counts.sorted(by: { $0.key < $1.key }) {
            log.report(.segmentBoxes, segment.place(byte: offset), "The moof has \(count) tracks, not one.")
        }
    }

    private static func problem(
        _ box: PlacedBox,
        _ index: Int,
        after previous: FourCC?,
        _ indexCount: inout Int
    ) -> String? {
        if previous == "moof", box.type != "mdat" { return "Box \(box.type) follows a moof, its mdat belongs there." }
        switch box.type {
        case "styp": return index == 0 ? nil : "Box styp is not the first one."
        case "sidx":
            indexCount += 1
            return indexCount > 1 ? "There is a second sidx." : nil
        case "mdat": return previous == "moof" ? nil : "An mdat comes without a moof before it."
        case "moof", "emsg", "prft", "free", "skip", "moov": return nil
        default: return "Box \(box.type) does not belong into a segment."
        }
    }

    private static func checkAddressing(
        _ fragment: SegmentFacts.Fragment,
        _ segment: FragmentedTrack.Segment,
        _ log: inout FindingLog
    ) {
        let place = segment.place(byte: fragment.offset)
        log.expect(
            .fragmentAddressing,
            fragment.isAddressedFromMoof && !fragment.hasBaseOffset,
            place,
            "tfhd does not count data offsets from the moof."
        )
        log.expect(.fragmentAddressing, fragment.isDataInside, place, "Sample data lies outside of the mdat.")
        if fragment.decodeTimeVersion == 0, let end = fragment.end {
            log.expect(.wideDecodeTimes, end < 1 << 31, place, "A 32-bit tfdt of \(end) ticks overflows soon.")
        } else {
            log.check(.wideDecodeTimes)
        }
    }

    private static func checkOrder(_ track: FragmentedTrack, _ log: inout FindingLog) {
        var last: (sequence: UInt32, offset: Int, path: MediaPath)?
        for segment in track.segments {
            if segment.isDiscontinuous { last = nil }
            for fragment in segment.facts.fragments {
                guard let sequence = fragment.sequence else {
                    log.report(.fragmentOrder, segment.place(byte: fragment.offset), "The moof has no mfhd.")
                    continue
                }
                // The tracks of one moof share its number.
                if let last, last.offset != fragment.offset || last.path != segment.path {
                    log.expect(
                        .fragmentOrder,
                        sequence > last.sequence,
                        segment.place(byte: fragment.offset),
                        "The sequence number is \(sequence) after \(last.sequence)."
                    )
                } else {
                    log.check(.fragmentOrder)
                }
                last = (sequence, fragment.offset, segment.path)
            }
        }
    }

    private static func checkTimes(_ track: FragmentedTrack, _ number: UInt32, _ log: inout FindingLog) {
        var expected: Int?
        for segment in track.segments {
            if segment.isDiscontinuous { expected = nil }
            for fragment in segment.facts.fragments(of: number) {
                let place = segment.place(byte: fragment.offset)
                guard let time = fragment.decodeTime, let end = fragment.end else {
                    log.report(.decodeTimes, place, "There is no tfdt, or none that a clock could have.")
                    expected = nil
                    continue
                }
                log.expect(
                    .decodeTimes,
                    expected == nil || time == expected,
                    place,
                    "The fragment starts at tick \(time), the one before it ends at \(expected ?? 0)."
                )
                expected = end
            }
        }
    }
}
