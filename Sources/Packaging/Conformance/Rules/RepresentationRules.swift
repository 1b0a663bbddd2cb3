/// Rules about adaptation sets and what is in them: MPD-06, 09, 10, 11, and codec strings.
enum RepresentationRules {
    static func check(_ manifest: ManifestFacts, _ loaded: [LoadedRepresentation], _ log: inout FindingLog) {
        checkIdentities(manifest, &log)
        for (index, set) in manifest.sets.enumerated() {
            check(set, manifest.representations.filter { $0.setIndex == index }, manifest, &log)
        }
        for one in loaded {
            guard let main = one.initialization?.facts.main else { continue }
            let place = Place(manifest.path, line: one.representation.node.line)
            checkCodecs(one.representation, one.initialization?.facts.tracks.compactMap(\.entry) ?? [], place, &log)
            if main.isAudio { checkSound(one.representation, main, place, &log) }
            if main.isVideo { checkPicture(one, main, place, &log) }
        }
    }

    private static func checkIdentities(_ manifest: ManifestFacts, _ log: inout FindingLog) {
        var known: Set<String> = []
        for one in manifest.representations {
            let place = Place(manifest.path, line: one.node.line)
            func expect(_ condition: Bool, _ message: String) {
                log.expect(.representationAttributes, condition, place, message)
            }
            let key = "\(one.periodStart) \(one.id)"
            expect(!one.id.isEmpty && known.insert(key).inserted, "The id '\(one.id)' is empty or stands twice.")
            expect((one.node.integer("bandwidth") ?? 0) > 0, "bandwidth is \(one.node["bandwidth"] ?? "missing").")
            expect(one["mimeType"] != nil, "mimeType is missing.")
            if let shape = one["sar"] { expect(shape == "1:1", "sar is \(shape): pixels are not square.") }
        }
    }

    private static func check(
        _ set: XMLNode,
        _ members: [ManifestFacts.Representation],
        _ manifest: ManifestFacts,
        _ log: inout FindingLog
    ) {
        let place = Place(manifest.path, line: set.line)
        func expect(_ condition: Bool, _ message: String) { log.expect(.adaptationSets, condition, place, message) }
        expect(!members.isEmpty, "The set has no Representation.")
        guard let first = members.first, first.kind == "video" || first.kind == "audio" else { return }
        let families = Set(members.map { ($0["codecs"] ?? "").prefix { $0 != "." } })
        expect(families.count == 1, "The set mixes \(families.sorted().joined(separator: ", ")).")
        expect(
            set["segmentAlignment"] == "true",
            "segmentAlignment is \(set["segmentAlignment"] ?? "missing"), not true."
        )
        let access = members.map { $0["startWithSAP"] }
        expect(
            access.allSatisfy { $0 == "1" },
            "startWithSAP is \(access.compactMap(\.self).first ?? "missing"), not 1."
        )
        for (name, limit) in [("width", "maxWidth"), ("height", "maxHeight")] {
            let largest = members.compactMap { $0[name].flatMap(PlaylistAttributes.integer) }.max()
            guard let declared = set.integer(limit), let largest else { continue }
            expect(declared == largest, "\(limit) is \(declared), the largest Representation has \(largest).")
        }
    }

    private static func checkCodecs(
        _ one: ManifestFacts.Representation,
        _ entries: [SampleEntryFacts],
        _ place: Place,
        _ log: inout FindingLog
    ) {
        guard let codecs = one["codecs"] else {
            log.report(.codecAgreement, place, "The Representation does not say its codecs.")
            return
        }
        VariantCodecRules.compare(codecs, entries, .codecAgreement, place, &log)
    }

    private static let channelSchemes: Set = [
        "urn:mpeg:dash:23003:3:audio_channel_configuration:2011", "urn:mpeg:mpegB:cicp:ChannelConfiguration",
    ]

    private static func checkSound(
        _ one: ManifestFacts.Representation,
        _ main: InitializationFacts.Track,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        func expect(_ condition: Bool, _ message: String) { log.expect(.audioDescription, condition, place, message) }
        let configurations = one.elements("AudioChannelConfiguration")
        let known = configurations.filter { channelSchemes.contains($0["schemeIdUri"] ?? "") }
        expect(!configurations.isEmpty, "AudioChannelConfiguration is missing.")
        if let value = known.first?["value"], let channels = main.entry?.channels, (1...6).contains(channels) {
            expect(value == "\(channels)", "AudioChannelConfiguration is \(value), the track has \(channels) channels.")
        }
        let rate = one["audioSamplingRate"]
        expect(rate != nil, "audioSamplingRate is missing.")
        if let rate, let actual = main.entry?.sampleRate, actual > 0 {
            expect(rate == "\(actual)", "audioSamplingRate is \(rate), the track has \(actual).")
        }
    }

    private static func checkPicture(
        _ one: LoadedRepresentation,
        _ main: InitializationFacts.Track,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        func expect(_ condition: Bool, _ message: String) {
            log.expect(.representationAttributes, condition, place, message)
        }
        let declared = one.representation
        let (width, height) = (declared["width"] ?? "missing", declared["height"] ?? "missing")
        expect(
            width == "\(main.width)" && height == "\(main.height)",
            "The size is \(width)x\(height), the track is shown as \(main.width)x\(main.height)."
        )
        let rate = declared["frameRate"].flatMap(Self.rate)
        expect(rate != nil, "frameRate is \(declared["frameRate"] ?? "missing").")
        if let rate, let average = one.fragmented?.averageRate {
            expect(
                abs(rate - average) < 0.001 * max(1, average),
                "frameRate is \(declared["frameRate"] ?? ""), the pictures come at "
                    + "\(Seconds.text(average).dropLast(2)) a second."
            )
        }
        guard let entry = main.entry, entry.range != .standard else { return }
        let properties = declared.elements("SupplementalProperty") + declared.elements("EssentialProperty")
        let schemes = Set(properties.compactMap { $0["schemeIdUri"] })
        log.expect(
            .dynamicRangeProperties,
            schemes.contains("urn:mpeg:mpegB:cicp:TransferCharacteristics"),
            place,
            "The pictures are \(entry.range.rawValue), and no property says their transfer characteristics."
        )
    }

    /// `30000/1001` or `25`.
    private static func rate(_ text: String) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { PlaylistAttributes.integer($0) }
        guard (1...2).contains(parts.count), let over = parts[0], let under = parts.count == 2 ? parts[1] : 1, under > 0
        else { return nil }
        return Double(over) / Double(under)
    }
}
