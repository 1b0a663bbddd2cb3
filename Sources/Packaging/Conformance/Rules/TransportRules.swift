/// Rules about transport stream segments: SEG-16, SEG-10, and HLS-13 by their clocks.
enum TransportRules {
    static func check(_ track: LoadedTrack, _ parts: [TransportFacts], _ log: inout FindingLog) {
        for (segment, facts) in zip(track.segments, parts) { check(facts, Place(segment.path), &log) }
        for (index, pair) in zip(parts, parts.dropFirst()).enumerated() {
            let segment = track.segments[index + 1]
            guard !segment.declared.startsDiscontinuity else { continue }
            checkCounters(pair.0, pair.1, Place(segment.path), &log)
        }
        checkSums(track, parts, &log)
    }

    private static func check(_ facts: TransportFacts, _ place: Place, _ log: inout FindingLog) {
        log.check(.transportStream)
        for problem in facts.problems {
            var place = place
            place.byte = problem.byte
            log.report(.transportStream, place, problem.message)
        }
        log.expect(.transportStream, facts.startsWithTables, place, "PAT and PMT do not come before the first payload.")
        log.expect(
            .transportStream,
            facts.programCount == 1,
            place,
            "There are \(facts.programCount) programs, not one."
        )
        if let isKeyFrame = facts.video?.startsWithKeyFrame {
            log.expect(.startsWithKeyFrame, isKeyFrame, place, "The first picture is no IDR.")
        }
    }

    private static func checkCounters(
        _ previous: TransportFacts,
        _ next: TransportFacts,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        for pid in previous.counters.keys.sorted() {
            guard let last = previous.counters[pid]?.last, let first = next.counters[pid]?.first else { continue }
            log.expect(
                .transportStream,
                first == (last + 1) % 16,
                place,
                "The continuity counter of PID \(pid) goes from \(last) to \(first) between segments."
            )
        }
    }

    private static let wrap = 1 << 33

    private static func checkSums(_ track: LoadedTrack, _ parts: [TransportFacts], _ log: inout FindingLog) {
        guard let start = parts.first?.startTime, !track.segments.contains(where: \.declared.startsDiscontinuity) else {
            return
        }
        var declared = 0.0
        for (segment, next) in zip(track.segments, parts.dropFirst()) {
            guard let duration = segment.declared.duration, let time = next.startTime else { return }
            declared += duration
            let real = Double((time - start + wrap) % wrap) / 90_000
            log.expect(
                .durationSums,
                abs(declared - real) <= 0.05,
                track.playlist.read.place(segment.declared.line),
                "EXTINF adds up to \(Seconds.text(declared)) here, the clock to \(Seconds.text(real))."
            )
            if abs(declared - real) > 0.05 { return }
        }
    }
}
