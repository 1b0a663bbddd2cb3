/// Rules that hold a manifest against the segments: MPD-02, 03, 04, 05, 08.
enum TimelineRules {
    static func check(
        _ manifest: ManifestFacts,
        _ loaded: [LoadedRepresentation],
        _ tracks: [LoadedTrack],
        _ log: inout FindingLog
    ) {
        for one in loaded {
            guard let template = one.representation.template else { continue }
            let place = Place(manifest.path, line: template.line)
            checkTemplate(template, one, place, &log)
            if let fragmented = one.fragmented { checkTimes(template, one, fragmented, place, &log) }
            checkBuffer(manifest, one, &log)
            checkPlaylist(one, tracks, place, &log)
        }
        checkLength(manifest, loaded, &log)
    }

    private static func checkTemplate(
        _ template: SegmentTemplate,
        _ one: LoadedRepresentation,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        func expect(_ condition: Bool, _ message: String) { log.expect(.segmentTemplate, condition, place, message) }
        let media = template.media ?? ""
        expect(media.contains("$Number") || media.contains("$Time"), "media is '\(media)', without $Number$ or $Time$.")
        expect(template.initialization != nil, "The template has no initialization.")
        expect(
            template.startNumber != nil || !media.contains("$Number"),
            "startNumber is not said, and players take it for 1."
        )
        expect(template.timeline != nil || (template.duration ?? 0) > 0, "There is neither a timeline nor a duration.")
        if let timescale = one.initialization?.facts.main?.timescale, template.timeline != nil {
            expect(
                template.timescale == timescale,
                "The timescale is \(template.timescale), that of the track is \(timescale)."
            )
        }
    }

    private static func checkTimes(
        _ template: SegmentTemplate,
        _ one: LoadedRepresentation,
        _ fragmented: FragmentedTrack,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        let hasTimeline = template.timeline != nil
        for (index, pair) in zip(one.segments, fragmented.spans).enumerated() {
            guard let span = pair.1 else { continue }
            let declared = MediaTime(ticks: pair.0.declared.time, timescale: template.timescale)
            // The edit list shifts presentation; sound keeps its priming, which is cut and not shown.
            let starts = [span.presentation, span.start].map { fragmented.seconds($0) }
            let length = MediaTime(ticks: pair.0.declared.duration, timescale: template.timescale)
            let slack = hasTimeline ? 0.5 / Double(template.timescale) : length.seconds / 2
            log.expect(
                .segmentTimeline,
                starts.contains { abs($0 - declared.seconds) <= slack },
                Place(pair.0.path, seconds: declared.seconds),
                "The manifest has the segment at \(Seconds.text(declared.seconds)), it starts at \(Seconds.text(starts[0]))."
            )
            guard hasTimeline || index + 1 < one.segments.count else { continue }
            // What an edit list cuts off at the start may be taken off the first duration too.
            let cut = index == 0 ? fragmented.main?.mediaTime ?? 0 : 0
            let lengths = [span.duration, span.duration - cut].map { fragmented.seconds($0) }
            log.expect(
                .segmentTimeline,
                lengths.contains { abs($0 - length.seconds) <= slack },
                Place(pair.0.path, seconds: declared.seconds),
                "The manifest lets it last \(Seconds.text(length.seconds)), its samples last "
                    + "\(Seconds.text(fragmented.seconds(span.duration)))."
            )
        }
    }

    /// The worst run of segments against a constant rate: what it has too much must fit into the buffer.
    private static func checkBuffer(_ manifest: ManifestFacts, _ one: LoadedRepresentation, _ log: inout FindingLog) {
        guard let rate = one.representation.node.integer("bandwidth"), rate > 0, let fragmented = one.fragmented,
            let buffer = manifest.root["minBufferTime"].flatMap(ISODuration.init)?.seconds
        else { return }
        let bandwidth = Double(rate)
        var (excess, worst) = (0.0, 0.0)
        for (segment, span) in zip(fragmented.segments, fragmented.spans) {
            guard let span else { return }
            let bits = Double(segment.facts.size) * 8
            excess = max(0, excess + bits - bandwidth * fragmented.seconds(span.duration))
            worst = max(worst, excess)
        }
        log.expect(
            .representationBandwidth,
            worst <= bandwidth * buffer * 1.001,
            Place(manifest.path, line: one.representation.node.line),
            "At \(rate) bits per second some run of segments is \(Seconds.text(worst / bandwidth)) late, the buffer is "
                + "\(Seconds.text(buffer))."
        )
    }

    private static func checkPlaylist(
        _ one: LoadedRepresentation,
        _ tracks: [LoadedTrack],
        _ place: Place,
        _ log: inout FindingLog
    ) {
        guard let path = one.segments.first?.path,
            let track = tracks.first(where: { $0.segments.first?.path == path }), one.isWhole
        else { return }
        log.expect(
            .sameBoundaries,
            track.segments.map(\.path) == one.segments.map(\.path),
            place,
            "'\(one.representation.id)' does not have the same segments as \(track.path)."
        )
        guard let timescale = one.representation.template?.timescale else { return }
        for (left, right) in zip(track.segments, one.segments) {
            guard let duration = left.declared.duration else { continue }
            let seconds = Double(right.declared.duration) / Double(timescale)
            log.expect(
                .sameBoundaries,
                abs(duration - seconds) <= max(0.001, one.representation.template?.timeline == nil ? 0.5 : 0),
                track.playlist.read.place(left.declared.line),
                "EXTINF is \(Seconds.text(duration)), the manifest has \(Seconds.text(seconds))."
            )
        }
    }

    private static func checkLength(
        _ manifest: ManifestFacts,
        _ loaded: [LoadedRepresentation],
        _ log: inout FindingLog
    ) {
        let fragmented = loaded.compactMap(\.fragmented)
        guard manifest.isStatic, manifest.root.all("Period").count == 1, let declared = manifest.duration?.seconds,
            fragmented.count == manifest.representations.count,
            let longest = fragmented.compactMap(\.duration).max()
        else { return }
        let frame = fragmented.map(\.frame).max() ?? 0.05
        log.expect(
            .manifestDuration,
            abs(declared - longest) <= frame + 0.001,
            Place(manifest.path, line: manifest.root.line),
            "mediaPresentationDuration is \(Seconds.text(declared)), the longest track lasts \(Seconds.text(longest))."
        )
    }
}
