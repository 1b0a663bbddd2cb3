/// Rules that hold variants against their pictures: HLS-34 to 37.
enum PictureRules {
    static func check(_ presentation: Presentation, _ log: inout FindingLog) {
        let lists = presentation.playlist.variants + presentation.playlist.keyFrameVariants
        for variant in lists { checkSize(variant, presentation, &log) }
        for variant in presentation.playlist.variants { checkRate(variant, presentation, &log) }
        checkRanges(presentation, &log)
    }

    private static func checkSize(
        _ variant: MultivariantFacts.Variant,
        _ presentation: Presentation,
        _ log: inout FindingLog
    ) {
        guard let size = variant.attributes.resolution("RESOLUTION") else { return }
        let place = presentation.place(variant.line)
        log.expect(
            .resolution,
            size.width.isMultiple(of: 2) && size.height.isMultiple(of: 2),
            place,
            "RESOLUTION is \(size.width)x\(size.height), which is odd."
        )
        let track = presentation.track(variant.uri)
        let initialization = track?.fragmented?.initialization ?? track?.initializations[0]
        guard let main = initialization?.facts.main, main.isVideo else { return }
        log.expect(
            .resolution,
            size == (main.width, main.height),
            place,
            "RESOLUTION is \(size.width)x\(size.height), the track is shown as \(main.width)x\(main.height)."
        )
    }

    private static func checkRate(
        _ variant: MultivariantFacts.Variant,
        _ presentation: Presentation,
        _ log: inout FindingLog
    ) {
        guard let text = variant.attributes["FRAME-RATE"], let declared = Seconds.parse(text) else { return }
        let place = presentation.place(variant.line)
        log.expect(.frameRate, declared <= 60, place, "FRAME-RATE is \(text), over 60.")
        guard let track = presentation.track(variant.uri)?.fragmented, track.isVideo, let average = track.averageRate,
            let durations = track.sampleDurations
        else { return }
        // A tick more or less is rounding and no other rate.
        let isConstant = durations.upperBound - durations.lowerBound <= 1
        let highest = isConstant ? average : Double(track.timescale) / Double(durations.lowerBound)
        log.expect(
            .frameRate,
            abs(declared - highest) <= (isConstant ? 0.001 : highest * 0.01),
            place,
            "FRAME-RATE is \(text), the pictures come at \(Seconds.text(highest).dropLast(2)) a second."
        )
    }

    private static func checkRanges(_ presentation: Presentation, _ log: inout FindingLog) {
        let rungs = presentation.rungs.filter { $0.fragmented?.isVideo ?? false }
        let ranges = rungs.compactMap { $0.fragmented?.main?.entry?.range }
        guard !ranges.isEmpty, ranges.count == rungs.count else { return }
        let isMixed = ranges.contains { $0 != .standard }
        for (rung, range) in zip(rungs, ranges) {
            let declared = rung.variant.attributes["VIDEO-RANGE"]
            log.expect(
                .videoRange,
                declared.map { $0 == range.rawValue } ?? !isMixed,
                presentation.place(rung.variant.line),
                "VIDEO-RANGE is \(declared ?? "missing"), the pictures are \(range.rawValue)."
            )
        }
        guard isMixed else { return }
        log.expect(
            .standardRangeSet,
            ranges.contains(.standard),
            presentation.place(),
            "Every variant is of high dynamic range."
        )
    }
}
