/// Rules about I-frame variants and the lists behind them: HLS-45, 46, 47.
enum KeyFrameVariantRules {
    static func check(_ presentation: Presentation, _ log: inout FindingLog) {
        let rungs = presentation.rungs.filter { $0.fragmented?.isVideo ?? ($0.track.transport?.first?.video != nil) }
        guard let longest = rungs.map({ $0.fragmented?.duration ?? $0.track.playlist.duration }).max() else { return }
        let variants = presentation.playlist.keyFrameVariants
        log.expect(.keyFrameVariants, !variants.isEmpty, presentation.place(), "There is no EXT-X-I-FRAME-STREAM-INF.")
        let frame = rungs.compactMap { $0.fragmented?.frame }.max() ?? 0.05
        for variant in variants {
            checkAttributes(variant, presentation, &log)
            guard let track = presentation.track(variant.uri) else { continue }
            checkList(track, covering: longest, frame, &log)
        }
    }

    private static func checkAttributes(
        _ variant: MultivariantFacts.Variant,
        _ presentation: Presentation,
        _ log: inout FindingLog
    ) {
        let place = presentation.place(variant.line)
        let missing = ["BANDWIDTH", "CODECS", "RESOLUTION", "URI"].filter { variant.attributes[$0] == nil }
        let wrong = ["FRAME-RATE", "AUDIO", "SUBTITLES", "CLOSED-CAPTIONS"].filter { variant.attributes[$0] != nil }
        log.expect(
            .keyFrameVariants,
            missing.isEmpty,
            place,
            "The I-frame variant does not say \(missing.joined(separator: ", "))."
        )
        log.expect(
            .keyFrameVariants,
            wrong.isEmpty,
            place,
            "The I-frame variant says \(wrong.joined(separator: ", "))."
        )
        if let codecs = variant.attributes["CODECS"] {
            let hasSound = ["mp4a", "ac-3", "ec-3", "Opus", "fLaC"].contains { codecs.contains($0) }
            log.expect(.keyFrameVariants, !hasSound, place, "CODECS is '\(codecs)', but I-frames have no sound.")
        }
    }

    private static func checkList(
        _ track: LoadedTrack,
        covering seconds: Double,
        _ frame: Double,
        _ log: inout FindingLog
    ) {
        let playlist = track.playlist
        log.expect(
            .keyFramePlaylists,
            playlist.isKeyFramesOnly,
            playlist.read.place(),
            "EXT-X-I-FRAMES-ONLY is missing."
        )
        log.expect(
            .keyFramePlaylists,
            abs(playlist.duration - seconds) <= frame + 0.001,
            playlist.read.place(),
            "EXTINF adds up to \(Seconds.text(playlist.duration)), the content lasts \(Seconds.text(seconds))."
        )
        for entry in playlist.segments {
            guard let duration = entry.duration else { continue }
            log.expect(
                .keyFrameSpacing,
                duration <= 2.2,
                playlist.read.place(entry.line),
                "\(Seconds.text(duration)) pass until the next I-frame."
            )
        }
    }
}

/// Rules about the bytes of an I-frame playlist's entry: HLS-46.
enum KeyFramePlaylistRules {
    /// A byte range of a segment.
    static func check(part facts: SegmentFacts, _ place: Place, _ log: inout FindingLog) {
        guard let fragment = facts.fragments.first, fragment.offset == 0 else {
            log.report(.keyFramePlaylists, place, "The byte range does not begin at a moof.")
            return
        }
        let end = fragment.firstSampleEnd ?? 0
        log.expect(
            .keyFramePlaylists,
            end > 0 && end <= facts.size,
            place,
            "The byte range is \(facts.size) bytes long, the key frame ends after \(end)."
        )
        log.expect(
            .keyFramePlaylists,
            fragment.samples.isFirstSync,
            place,
            "The picture at the byte range is no sync sample."
        )
    }

    /// A byte range of a transport stream: whole packets, the first of them with the program association table.
    static func check(transport bytes: [UInt8], _ place: Place, _ log: inout FindingLog) {
        let isTable = bytes.count >= 188 && bytes[1] & 0x1F == 0 && bytes[2] == 0
        log.expect(
            .keyFramePlaylists,
            isTable && bytes.count.isMultiple(of: 188),
            place,
            "The byte range is not of whole packets that begin with a program association table."
        )
    }

    /// A file of its own, which has to hold the one picture.
    static func check(whole content: SegmentContent, _ place: Place, _ log: inout FindingLog) {
        guard case .fragments(let facts) = content else { return }
        let count = facts.fragments.reduce(0) { $0 + $1.samples.count }
        log.expect(
            .keyFramePlaylists,
            count == 1,
            place,
            "The entry is a whole segment of \(count) samples and not the bytes of a key frame."
        )
    }
}
