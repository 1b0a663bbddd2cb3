/// Rules about EXT-X-MEDIA: HLS-40, 41, 42.
enum RenditionRules {
    static func check(_ presentation: Presentation, _ log: inout FindingLog) {
        let sounds = presentation.playlist.renditions.filter { $0.type == "AUDIO" }
        for rendition in sounds { check(rendition, presentation, &log) }
        checkGroups(presentation, &log)
        checkReferences(presentation, &log)
        checkStereo(presentation, &log)
    }

    private static func check(
        _ rendition: MultivariantFacts.Rendition,
        _ presentation: Presentation,
        _ log: inout FindingLog
    ) {
        let place = presentation.place(rendition.line)
        let missing = ["GROUP-ID", "NAME", "CHANNELS"].filter { rendition.attributes[$0] == nil }
        log.expect(
            .audioRenditions,
            missing.isEmpty,
            place,
            "The rendition does not say \(missing.joined(separator: ", "))."
        )
        log.expect(
            .audioRenditions,
            rendition.attributes["DEFAULT"] != "YES" || rendition.attributes["AUTOSELECT"] == "YES",
            place,
            "DEFAULT is YES, but AUTOSELECT is not."
        )
        if let language = rendition.attributes["LANGUAGE"] {
            let isTag = LanguageTag(language)?.rawValue == language || ["und", "mul", "zxx"].contains(language)
            log.expect(.audioRenditions, isTag, place, "LANGUAGE '\(language)' is no BCP 47 tag in its shortest form.")
        }
        let entry = presentation.track(rendition.attributes["URI"])?.fragmented?.main?.entry
        guard let channels = rendition.attributes["CHANNELS"]?.prefix(while: { $0 != "/" }), let entry,
            entry.channels > 0
        else { return }
        log.expect(
            .audioRenditions,
            channels == "\(entry.channels)",
            place,
            "CHANNELS is \(channels), the track has \(entry.channels)."
        )
    }

    private struct Group: Hashable {
        let type: String
        let name: String
    }

    private static func checkGroups(_ presentation: Presentation, _ log: inout FindingLog) {
        let groups = Dictionary(grouping: presentation.playlist.renditions) { Group(type: $0.type, name: $0.group) }
        for (group, members) in groups.sorted(by: { $0.value[0].line < $1.value[0].line }) {
            let rule: ConformanceRule = group.type == "AUDIO" ? .audioRenditions : .renditionGroups
            var names: Set<String> = []
            for member in members {
                log.expect(
                    rule,
                    names.insert(member.name).inserted,
                    presentation.place(member.line),
                    "NAME '\(member.name)' stands twice in the group '\(group.name)'."
                )
            }
            let defaults = members.filter { $0.attributes["DEFAULT"] == "YES" }
            log.expect(
                rule,
                defaults.count <= 1,
                presentation.place(defaults.last?.line),
                "Group '\(group.name)' has \(defaults.count) defaults."
            )
            let first = groups.filter { $0.key.type == group.type }.values.min { $0[0].line < $1[0].line } ?? members
            log.expect(
                .renditionGroups,
                Set(members.map(\.member)) == Set(first.map(\.member)),
                presentation.place(members[0].line),
                "Group '\(group.name)' has other members than group '\(first[0].group)'."
            )
        }
    }

    private static func checkReferences(_ presentation: Presentation, _ log: inout FindingLog) {
        for variant in presentation.playlist.variants {
            for type in ["AUDIO", "VIDEO", "SUBTITLES"] {
                guard let group = variant.attributes[type] else { continue }
                log.expect(
                    .renditionGroups,
                    !presentation.playlist.renditions(type, in: group).isEmpty,
                    presentation.place(variant.line),
                    "\(type) names the group '\(group)', which does not exist."
                )
            }
        }
    }

    private static func checkStereo(_ presentation: Presentation, _ log: inout FindingLog) {
        let tracks = presentation.sounds() + presentation.rungs.map(\.track)
        let entries = tracks.compactMap(\.fragmented).flatMap(\.initialization.facts.tracks).filter(\.isAudio)
            .compactMap(\.entry)
        guard !entries.isEmpty else { return }
        let offers = Set(entries.map { "\($0.codec ?? "\($0.type)") with \($0.channels) channels" })
        log.expect(
            .stereoOffered,
            entries.contains { $0.codec?.hasPrefix("mp4a.40") == true && $0.channels == 2 },
            presentation.place(),
            "The sound is \(offers.sorted().joined(separator: "; "))."
        )
    }
}
