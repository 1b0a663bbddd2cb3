/// Rules about WebVTT by itself: VTT-01.
enum SubtitleRules {
    static func check(_ facts: WebVTTFacts, _ path: MediaPath, _ log: inout FindingLog) {
        log.check(.cueSyntax)
        for problem in facts.problems { log.report(.cueSyntax, Place(path, line: problem.line), problem.message) }
    }
}

/// Rules about subtitles of a presentation: VTT-01, 02, 03.
enum SubtitleRenditionRules {
    static func check(_ presentation: Presentation, _ log: inout FindingLog) {
        let renditions = presentation.playlist.renditions.filter { $0.type == "SUBTITLES" }
        let longest = presentation.rungs.map(\.track.playlist.duration).max()
        let start = presentation.rungs.first?.track.transport?.first?.startTime ?? 0
        for rendition in presentation.playlist.renditions where rendition.type != "SUBTITLES" {
            log.expect(
                .subtitlePlaylists,
                rendition.attributes["FORCED"] == nil,
                presentation.place(rendition.line),
                "FORCED is for subtitles only."
            )
        }
        for rendition in renditions {
            checkAttributes(rendition, presentation.place(rendition.line), &log)
            guard let track = presentation.track(rendition.attributes["URI"]) else { continue }
            if let longest {
                log.expect(
                    .subtitlePlaylists,
                    track.playlist.duration >= longest - 0.1,
                    track.playlist.read.place(),
                    "The subtitles cover \(Seconds.text(track.playlist.duration)) of \(Seconds.text(longest))."
                )
            }
            checkSegments(track, mediaStart: start, &log)
        }
    }

    private static func checkAttributes(
        _ rendition: MultivariantFacts.Rendition,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        let attributes = rendition.attributes
        log.expect(
            .subtitlePlaylists,
            attributes["LANGUAGE"] != nil,
            place,
            "The subtitles do not say their LANGUAGE."
        )
        log.expect(
            .subtitlePlaylists,
            attributes["FORCED"] != "YES" || attributes["AUTOSELECT"] == "YES",
            place,
            "FORCED is YES, but AUTOSELECT is not."
        )
        log.expect(
            .subtitlePlaylists,
            attributes["DEFAULT"] != "YES" || attributes["AUTOSELECT"] != "NO",
            place,
            "DEFAULT is YES, but AUTOSELECT is NO."
        )
    }

    private static func checkSegments(_ track: LoadedTrack, mediaStart: Int, _ log: inout FindingLog) {
        var time = 0.0
        var previous: WebVTTFacts?
        for segment in track.segments {
            guard case .text(let facts) = segment.content else { continue }
            SubtitleRules.check(facts, segment.path, &log)
            checkMap(facts, segment.path, mediaStart, &log)
            if let previous { checkCarried(from: previous, to: facts, at: time, segment.path, &log) }
            time += segment.declared.duration ?? 0
            checkPlaces(facts, time, segment, &log)
            previous = facts
        }
    }

    private static func checkMap(_ facts: WebVTTFacts, _ path: MediaPath, _ mediaStart: Int, _ log: inout FindingLog) {
        guard let map = facts.map else {
            log.report(.subtitleSegments, Place(path), "There is no X-TIMESTAMP-MAP.")
            return
        }
        let zero = Double(map.mediaTime) / 90_000 - map.local
        let expected = Double(mediaStart) / 90_000
        log.expect(
            .subtitleSegments,
            abs(zero - expected) < 0.05,
            Place(path),
            "X-TIMESTAMP-MAP puts the start of the cues at \(Seconds.text(zero)) of the media, which starts at "
                + "\(Seconds.text(expected))."
        )
    }

    /// A cue that lasts over a boundary is in both segments.
    private static func checkCarried(
        from previous: WebVTTFacts,
        to next: WebVTTFacts,
        at time: Double,
        _ path: MediaPath,
        _ log: inout FindingLog
    ) {
        let known = Set(next.cues.map { "\($0.start) \($0.end) \($0.payload)" })
        for cue in previous.cues where cue.end > time + 0.001 && cue.start < time {
            log.expect(
                .subtitleSegments,
                known.contains("\(cue.start) \(cue.end) \(cue.payload)"),
                Place(path, seconds: time),
                "The cue from \(Seconds.text(cue.start)) to \(Seconds.text(cue.end)) is not repeated here."
            )
        }
    }

    private static func checkPlaces(
        _ facts: WebVTTFacts,
        _ end: Double,
        _ segment: LoadedTrack.Segment,
        _ log: inout FindingLog
    ) {
        let start = end - (segment.declared.duration ?? 0)
        for cue in facts.cues where (facts.map?.local ?? 0) == 0 {
            log.expect(
                .subtitleSegments,
                cue.start < end + 0.001 && cue.end > start - 0.001,
                Place(segment.path, line: cue.line),
                "The cue from \(Seconds.text(cue.start)) is not shown during its segment, which starts at "
                    + "\(Seconds.text(start))."
            )
        }
    }
}
