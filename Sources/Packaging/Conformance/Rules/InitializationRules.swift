/// Rules about an init segment: INI-01 to 07.
enum InitializationRules {
    static func check(_ track: FragmentedTrack, _ log: inout FindingLog) {
        let facts = track.initialization.facts
        let place = Place(track.initialization.path)
        checkFileType(facts, place, &log)
        checkMovie(facts, place, &log)
        guard let main = track.main else { return }
        checkEdits(track, main, place, &log)
        if main.isVideo { checkPicture(main, place, &log) }
    }

    private static let structuralBrands: Set<FourCC> = ["iso6", "iso7", "iso8", "iso9"]
    private static let cmafBrands: Set<FourCC> = ["cmfc", "cmf2"]

    private static func checkFileType(_ facts: InitializationFacts, _ place: Place, _ log: inout FindingLog) {
        log.check(.fileType)
        for problem in facts.problems { log.report(.fileType, place, problem) }
        let types = facts.boxes.map(\.type)
        log.expect(
            .fileType,
            types.first == "ftyp" && types.contains("moov"),
            place,
            "The boxes are \(list(types)); ftyp and moov belong here."
        )
        for (brands, name) in [(structuralBrands, "iso6"), (cmafBrands, "cmfc")] {
            log.expect(
                .fileType,
                !facts.brands.isDisjoint(with: brands),
                place,
                "The brands are \(list(facts.brands.sorted { $0.rawValue < $1.rawValue })), without \(name)."
            )
        }
    }

    private static func list(_ types: [FourCC]) -> String {
        types.prefix(12).map(\.description).joined(separator: ", ")
    }

    private static func checkMovie(_ facts: InitializationFacts, _ place: Place, _ log: inout FindingLog) {
        func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
            log.expect(.emptyMovie, condition, place, message())
        }
        expect(facts.tracks.count == 1, "There are \(facts.tracks.count) tracks, not one.")
        expect(facts.hasMovieExtends, "There is no mvex, so that nobody knows that fragments follow.")
        expect(!facts.boxes.contains { $0.type == "mdat" }, "There is an mdat in the init segment.")
        expect(facts.movieDuration == 0, "mvhd has a duration of \(facts.movieDuration), not 0.")
        for track in facts.tracks {
            expect(facts.defaults[track.id] != nil, "Track \(track.id) has no trex.")
            expect(
                track.durations.allSatisfy { $0 == 0 },
                "tkhd or mdhd has a duration of \(track.durations.max() ?? 0), not 0."
            )
            for (type, count) in track.tableCounts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                expect(count == 0, "\(type) has \(count) entries: samples belong in fragments.")
            }
            expect(track.entries.count == 1, "There are \(track.entries.count) sample entries, not one.")
        }
    }

    private static func checkEdits(
        _ track: FragmentedTrack,
        _ main: InitializationFacts.Track,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        let rule: ConformanceRule = main.isVideo ? .videoEdit : .audioEdit
        log.expect(
            rule,
            main.emptyEdits.isEmpty,
            place,
            "The edit list has an empty edit: players that ignore it are early against the others."
        )
        log.expect(
            rule,
            main.edits.count <= 1 || !main.emptyEdits.isEmpty,
            place,
            "The edit list has \(main.edits.count) entries."
        )
        guard main.isVideo, let first = track.segments.indices.lazy.flatMap({ track.fragments($0) }).first else {
            return
        }
        let isSigned = first.runVersions.contains(1)
        log.expect(
            .videoEdit,
            !isSigned || main.edits.isEmpty,
            place,
            "There is an edit list although the composition offsets are signed (trun version 1)."
        )
        log.expect(
            .videoEdit,
            isSigned || !main.edits.isEmpty || first.samples.firstOffset == 0,
            place,
            "The first picture is shown \(Seconds.text(track.seconds(first.samples.firstOffset))) late: no edit list takes that off."
        )
    }

    private static func checkPicture(_ main: InitializationFacts.Track, _ place: Place, _ log: inout FindingLog) {
        log.expect(.squarePixels, !main.isTurned, place, "tkhd turns or scales the picture: not every player does.")
        guard let entry = main.entry else { return }
        for shape in [entry.pixelShape, entry.parameters?.pixelShape] {
            guard let shape else { continue }
            log.expect(
                .squarePixels,
                shape.isSquare,
                place,
                "Pixels are \(shape.horizontal):\(shape.vertical), not square."
            )
        }
        if entry.bitstream != nil {
            log.expect(.parameterSets, entry.hasParameterSets, place, "Parameter sets are missing in the init segment.")
        }
        checkColour(entry, place, &log)
    }

    private static func checkColour(_ entry: SampleEntryFacts, _ place: Place, _ log: inout FindingLog) {
        if let box = entry.colour, let bits = entry.parameters?.colour {
            log.expect(.colour, box.agrees(with: bits), place, "Box colr says \(box), the parameter sets say \(bits).")
        }
        guard entry.range != .standard else { return }
        log.expect(
            .colour,
            entry.colour != nil,
            place,
            "The range is \(entry.range.rawValue), but there is no box colr."
        )
        if entry.range == .perceptualQuantizer {
            log.expect(
                .masteringDisplay,
                entry.hasMasteringDisplay,
                place,
                "HDR10 without a mastering display: neither mdcv nor an SEI message is in the init segment."
            )
        }
    }
}
