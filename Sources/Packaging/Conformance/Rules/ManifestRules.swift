/// Rules about a DASH manifest by itself: MPD-01, 02, 07, 12.
enum ManifestRules {
    private static let namespace = "urn:mpeg:dash:schema:mpd:2011"
    private static let profile = "urn:mpeg:dash:profile:isoff-live:2011"

    static func check(_ manifest: ManifestFacts, _ log: inout FindingLog) {
        checkForm(manifest, &log)
        checkDuration(manifest, &log)
        for (index, set) in manifest.sets.enumerated() {
            let members = manifest.representations.filter { $0.setIndex == index }
            checkSwitching(set, members, manifest, &log)
            checkTrickMode(set, members, manifest, &log)
        }
    }

    private static func checkForm(_ manifest: ManifestFacts, _ log: inout FindingLog) {
        let root = manifest.root
        let place = Place(manifest.path, line: root.line)
        func expect(_ condition: Bool, _ message: String) { log.expect(.manifestForm, condition, place, message) }
        expect(root.name == "MPD", "The root element is \(root.name), not MPD.")
        let spaces = root.attributes.filter { $0.key == "xmlns" || $0.key.hasPrefix("xmlns:") }.values
        expect(spaces.contains(namespace), "The namespace is not \(namespace).")
        let profiles = (root["profiles"] ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
        expect(profiles.contains(profile), "The profiles are '\(root["profiles"] ?? "")', without \(profile).")
        expect(
            root["minBufferTime"].flatMap(ISODuration.init) != nil,
            "minBufferTime is \(root["minBufferTime"].map { "'\($0)'" } ?? "missing")."
        )
        expect(["static", "dynamic", nil].contains(root["type"]), "The type is '\(root["type"] ?? "")'.")
        expect(!root.all("Period").isEmpty, "There is no Period.")
    }

    private static func checkDuration(_ manifest: ManifestFacts, _ log: inout FindingLog) {
        let root = manifest.root
        let periods = root.all("Period")
        let elements =
            [(root, "mediaPresentationDuration"), (root, "minBufferTime")] + periods.map { ($0, "duration") }
        for (element, name) in elements {
            guard let text = element[name] else { continue }
            let duration = ISODuration(text)
            log.expect(
                .manifestDuration,
                duration.map { !$0.isVague } ?? false,
                Place(manifest.path, line: element.line),
                "\(name) is '\(text)', which is no length in days, hours, minutes and seconds."
            )
        }
        guard manifest.isStatic else { return }
        log.expect(
            .manifestDuration,
            root["mediaPresentationDuration"] != nil || periods.allSatisfy { $0["duration"] != nil },
            Place(manifest.path, line: root.line),
            "A static manifest does not say its mediaPresentationDuration."
        )
    }

    private static func checkSwitching(
        _ set: XMLNode,
        _ members: [ManifestFacts.Representation],
        _ manifest: ManifestFacts,
        _ log: inout FindingLog
    ) {
        let own = members.filter { member in
            let codecs = member["codecs"] ?? ""
            return codecs.hasPrefix("avc1") || codecs.hasPrefix("hvc1")
        }
        guard let first = own.first else { return }
        log.expect(
            .bitstreamSwitching,
            set["bitstreamSwitching"] != "true",
            Place(manifest.path, line: set.line),
            "bitstreamSwitching is true, but \(first["codecs"] ?? "") has its parameter sets in an init segment of its own."
        )
    }

    private static func checkTrickMode(
        _ set: XMLNode,
        _ members: [ManifestFacts.Representation],
        _ manifest: ManifestFacts,
        _ log: inout FindingLog
    ) {
        let isPicture = members.contains { ($0["mimeType"] ?? "").hasPrefix("image/") }
        let isTrick = members.contains { $0["maxPlayoutRate"] != nil }
        guard isPicture || isTrick else { return }
        let wanted = isPicture ? "thumbnail_tile" : "trickmode"
        let schemes = (set.all("EssentialProperty") + members.flatMap { $0.node.all("EssentialProperty") }).compactMap {
            $0["schemeIdUri"]
        }
        log.expect(
            .trickModes,
            schemes.contains("http://dashif.org/guidelines/\(wanted)"),
            Place(manifest.path, line: set.line),
            "The set has no EssentialProperty \(wanted)."
        )
    }
}
