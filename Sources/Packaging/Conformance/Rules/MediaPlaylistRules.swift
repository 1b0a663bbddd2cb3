/// Rules about one media playlist: HLS-10, 14, 16, 17, 18, 19.
enum MediaPlaylistRules {
    /// `isAlone` is a playlist that no multivariant playlist named.
    static func check(_ track: LoadedTrack, isAlone: Bool, _ log: inout FindingLog) {
        checkTargetDuration(track.playlist, &log)
        checkEnd(track.playlist, &log)
        checkSequence(track.playlist, &log)
        guard !track.playlist.isKeyFramesOnly else { return }
        checkMaps(track, &log)
        checkDiscontinuities(track, &log)
        if isAlone, track.fragmented?.isVideo ?? (track.transport != nil) {
            log.expect(
                .independentSegments,
                track.playlist.read.has("EXT-X-INDEPENDENT-SEGMENTS"),
                track.playlist.read.place(),
                "EXT-X-INDEPENDENT-SEGMENTS is missing."
            )
        }
    }

    private static func checkTargetDuration(_ playlist: MediaPlaylistFacts, _ log: inout FindingLog) {
        let tags = playlist.read.tags("EXT-X-TARGETDURATION")
        log.expect(
            .targetDuration,
            tags.count == 1 && playlist.targetDuration != nil,
            playlist.read.place(tags.last?.line),
            tags.count == 1
                ? "EXT-X-TARGETDURATION is '\(tags[0].value)' and not a whole number."
                : "EXT-X-TARGETDURATION stands \(tags.count) times, not once."
        )
        for problem in playlist.problems {
            log.report(.targetDuration, playlist.read.place(problem.line), problem.message)
        }
        guard let target = playlist.targetDuration else { return }
        for segment in playlist.segments {
            guard let duration = segment.duration, duration.rounded() > Double(target) else { continue }
            log.report(
                .targetDuration,
                playlist.read.place(segment.line),
                "EXTINF is \(Seconds.text(duration)), the target duration \(target) s."
            )
        }
    }

    private static func checkEnd(_ playlist: MediaPlaylistFacts, _ log: inout FindingLog) {
        // A playlist that grows is as it should be.
        if playlist.type == "EVENT", !playlist.isFinished { return }
        log.expect(
            .onDemandPlaylist,
            playlist.isFinished,
            playlist.read.place(),
            "There is no EXT-X-ENDLIST: players wait for more."
        )
        log.expect(
            .onDemandPlaylist,
            playlist.type == "VOD" || playlist.type == "EVENT",
            playlist.read.place(),
            "EXT-X-PLAYLIST-TYPE is \(playlist.type.map { "'\($0)'" } ?? "missing"), VOD belongs there."
        )
        log.expect(
            .onDemandPlaylist,
            !playlist.segments.isEmpty,
            playlist.read.place(),
            "The playlist has no segments."
        )
    }

    private static func checkSequence(_ playlist: MediaPlaylistFacts, _ log: inout FindingLog) {
        guard let tag = playlist.read.tags("EXT-X-MEDIA-SEQUENCE").first else { return }
        log.expect(
            .mediaSequence,
            !playlist.hasLateSequence,
            playlist.read.place(tag.line),
            "EXT-X-MEDIA-SEQUENCE stands behind a segment."
        )
        log.expect(
            .mediaSequence,
            playlist.type != "VOD" || tag.value == "0",
            playlist.read.place(tag.line),
            "EXT-X-MEDIA-SEQUENCE of a playlist that begins at the beginning is '\(tag.value)', not 0."
        )
    }

    private static func checkMaps(_ track: LoadedTrack, _ log: inout FindingLog) {
        for segment in track.segments {
            switch segment.content {
            case .fragments(let facts):
                log.expect(
                    .mapPrecedesSegments,
                    segment.declared.map != nil,
                    track.playlist.read.place(segment.declared.line),
                    "No EXT-X-MAP stands before this segment of fragmented MP4."
                )
                log.expect(
                    .mapPrecedesSegments,
                    !facts.boxes.contains { $0.type == "moov" },
                    Place(segment.path),
                    "The segment has a moov in it."
                )
            case .transport:
                log.expect(
                    .mapPrecedesSegments,
                    segment.declared.map == nil,
                    track.playlist.read.place(segment.declared.line),
                    "An EXT-X-MAP applies to a transport stream, which has its own tables."
                )
            default: continue
            }
        }
    }

    private static func checkDiscontinuities(_ track: LoadedTrack, _ log: inout FindingLog) {
        log.check(.discontinuities)
        for (previous, next) in zip(track.playlist.segments, track.playlist.segments.dropFirst())
        where previous.map != next.map && !next.startsDiscontinuity {
            guard let old = previous.map, let new = next.map, track.playlist.maps[old] != track.playlist.maps[new]
            else { continue }
            log.report(
                .discontinuities,
                track.playlist.read.place(next.line),
                "The init segment changes without an EXT-X-DISCONTINUITY."
            )
        }
    }
}
