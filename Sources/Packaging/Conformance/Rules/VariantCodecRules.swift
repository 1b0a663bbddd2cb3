/// Rules about CODECS: HLS-38, 39, COD-01 to 04.
enum VariantCodecRules {
    static func check(_ presentation: Presentation, _ log: inout FindingLog) {
        for variant in presentation.playlist.variants { check(variant, presentation, &log) }
        let families = presentation.rungs.compactMap { rung in
            (rung.fragmented?.isVideo ?? false) ? rung.fragmented?.main?.entry?.family : nil
        }
        guard !families.isEmpty else { return }
        log.expect(
            .codecFamilies,
            families.contains("avc1"),
            presentation.place(),
            "There are only \(Set(families).sorted().joined(separator: ", ")), no variant of H.264."
        )
    }

    private static func check(
        _ variant: MultivariantFacts.Variant,
        _ presentation: Presentation,
        _ log: inout FindingLog
    ) {
        guard let text = variant.attributes["CODECS"], let track = presentation.track(variant.uri) else { return }
        var tracks = [track]
        if let group = variant.attributes["AUDIO"] { tracks += presentation.sounds(in: group) }
        let initializations = tracks.compactMap { $0.fragmented?.initialization }
        guard initializations.count == tracks.count else { return }
        let entries = initializations.flatMap(\.facts.tracks).compactMap(\.entry)
        compare(text, entries, .variantCodecs, presentation.place(variant.line), &log)
    }

    /// A list of codec strings against what is there. A family that is missing or too many is charged to `rule`, a
    /// string that is wrong within its family to the rule of that codec.
    static func compare(
        _ text: String,
        _ entries: [SampleEntryFacts],
        _ rule: ConformanceRule,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        let declared = text.split(separator: ",").map { $0.filter { $0 != " " } }
        log.check(rule)
        var left = declared
        for entry in entries {
            guard let codec = entry.codec else { continue }
            left.removeAll { matches($0, codec) }
            let relatives = declared.filter { family($0) == entry.family }
            guard !relatives.isEmpty else {
                log.report(rule, place, "Codecs are '\(text)', \(codec) is missing.")
                continue
            }
            log.expect(
                codecRule(entry),
                relatives.contains { matches($0, codec) },
                place,
                "The codec is said to be \(relatives.joined(separator: ", ")), the init segment has \(codec)."
            )
            left.removeAll { family($0) == entry.family && !declared.contains { matches($0, codec) } }
        }
        for codec in left where entries.allSatisfy({ $0.codec != nil }) {
            log.report(rule, place, "Codecs are '\(text)', but there is no \(codec).")
        }
    }

    private static func family(_ codec: String) -> String {
        let entry = codec.prefix { $0 != "." }
        return ["avc3": "avc1", "hev1": "hvc1"][entry] ?? String(entry)
    }

    /// AV1 may say more or less of its colour.
    private static func matches(_ declared: String, _ codec: String) -> Bool {
        let (declared, codec) = (declared.lowercased(), codec.lowercased())
        guard codec.hasPrefix("av01") else { return declared == codec }
        return declared.hasPrefix(codec) || codec.hasPrefix(declared) && declared.utf8.count > 12
    }

    private static func codecRule(_ entry: SampleEntryFacts) -> ConformanceRule {
        switch entry.family {
        case "avc1": .avcCodec
        case "hvc1": .hevcCodec
        case "av01": .av1Codec
        default: .audioCodec
        }
    }
}
