/// Rules about the list of variants: HLS-18, 30, 43, 44.
enum VariantRules {
    static func check(_ presentation: Presentation, _ log: inout FindingLog) {
        checkIndependence(presentation, &log)
        for variant in presentation.playlist.variants { check(variant, presentation, &log) }
        checkOrder(presentation, &log)
        checkCaptions(presentation, &log)
    }

    private static func checkIndependence(_ presentation: Presentation, _ log: inout FindingLog) {
        let isSaid = presentation.playlist.read.has("EXT-X-INDEPENDENT-SEGMENTS")
        let silent = presentation.rungs.filter { !$0.track.playlist.read.has("EXT-X-INDEPENDENT-SEGMENTS") }
        guard !presentation.rungs.isEmpty else { return }
        log.expect(
            .independentSegments,
            isSaid || silent.isEmpty,
            presentation.place(),
            "EXT-X-INDEPENDENT-SEGMENTS is neither here nor in \(silent.first?.track.path.description ?? "")."
        )
    }

    private static func check(
        _ variant: MultivariantFacts.Variant,
        _ presentation: Presentation,
        _ log: inout FindingLog
    ) {
        var wanted = ["BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS"]
        if hasPicture(variant, presentation) { wanted += ["RESOLUTION", "FRAME-RATE"] }
        let missing = wanted.filter { variant.attributes[$0] == nil }
        log.expect(
            .variantAttributes,
            missing.isEmpty,
            presentation.place(variant.line),
            "The variant does not say \(missing.joined(separator: ", "))."
        )
        log.expect(.variantAttributes, variant.uri != nil, presentation.place(variant.line), "The variant has no URI.")
    }

    /// By what is in the track where that is known.
    private static func hasPicture(_ variant: MultivariantFacts.Variant, _ presentation: Presentation) -> Bool {
        let track = presentation.track(variant.uri)
        if let fragmented = track?.fragmented { return fragmented.isVideo }
        if let transport = track?.transport?.first { return transport.video != nil }
        return variant.attributes["RESOLUTION"] != nil
    }

    private static let firstBandwidth = 2_000_000

    private static func checkOrder(_ presentation: Presentation, _ log: inout FindingLog) {
        let variants = presentation.playlist.variants.filter { $0.attributes["RESOLUTION"] != nil }
        // Those of another codec are for other players, and those with other sound come beside the first ones.
        let relatives = variants.filter { variant in
            family(variant) == variants.first.map(family)
                && variant.attributes["AUDIO"] == variants.first?.attributes["AUDIO"]
        }
        let distances = relatives.map { abs(($0.attributes.integer("BANDWIDTH") ?? 0) - firstBandwidth) }
        guard let first = variants.first, let distance = distances.first, let nearest = distances.min() else { return }
        log.expect(
            .variantOrder,
            distance == nearest,
            presentation.place(first.line),
            "The first variant is not the one nearest to 2 Mbit/s, with which players begin."
        )
        guard let shape = first.attributes.resolution("RESOLUTION") else { return }
        for variant in variants {
            guard let other = variant.attributes.resolution("RESOLUTION"), shape.height > 0 else { continue }
            // One step of rounding to even numbers, either way.
            let width = Double(other.height) * Double(shape.width) / Double(shape.height)
            let slack = 2 + 2 * Double(shape.width) / Double(shape.height)
            log.expect(
                .variantOrder,
                abs(width - Double(other.width)) <= slack,
                presentation.place(variant.line),
                "\(other.width)x\(other.height) has another shape than the first variant's \(shape.width)x\(shape.height)."
            )
        }
    }

    private static func family(_ variant: MultivariantFacts.Variant) -> Substring {
        (variant.attributes["CODECS"] ?? "").prefix { $0 != "." }
    }

    private static func checkCaptions(_ presentation: Presentation, _ log: inout FindingLog) {
        let variants = presentation.playlist.variants
        let without = variants.filter { $0.attributes["CLOSED-CAPTIONS"] == "NONE" }
        guard !without.isEmpty else { return }
        let other = variants.first { $0.attributes["CLOSED-CAPTIONS"] != "NONE" }
        log.expect(
            .closedCaptions,
            other == nil,
            presentation.place(other?.line),
            "CLOSED-CAPTIONS=NONE is on \(without.count) of \(variants.count) variants, not on this one."
        )
    }
}
