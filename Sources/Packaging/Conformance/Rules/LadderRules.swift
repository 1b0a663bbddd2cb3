/// Rules that hold for all tracks of a presentation together: HLS-12, 14, 16, 19, INI-08.
enum LadderRules {
    static func check(_ presentation: Presentation, _ log: inout FindingLog) {
        let rungs = presentation.rungs
        let sounds = presentation.sounds()
        let tracks = rungs.map(\.track) + sounds
        guard let first = tracks.first else { return }
        for track in tracks {
            checkLike(first, track, &log)
        }
        checkDurations(rungs, sounds, &log)
        checkSwitching(rungs, &log)
    }

    private static func checkLike(_ first: LoadedTrack, _ track: LoadedTrack, _ log: inout FindingLog) {
        let place = track.playlist.read.place()
        if let target = track.playlist.targetDuration, let other = first.playlist.targetDuration {
            log.expect(
                .sameTargetDuration,
                target == other,
                place,
                "The target duration is \(target) s, that of \(first.path) is \(other) s."
            )
        }
        func sequence(_ track: LoadedTrack) -> String {
            track.playlist.read.tags("EXT-X-MEDIA-SEQUENCE").first?.value ?? "0"
        }
        log.expect(
            .mediaSequence,
            sequence(track) == sequence(first),
            place,
            "EXT-X-MEDIA-SEQUENCE is \(sequence(track)), in \(first.path) it is \(sequence(first))."
        )
        func breaks(_ track: LoadedTrack) -> [Double] {
            var (time, breaks) = (0.0, [Double]())
            for segment in track.playlist.segments {
                if segment.startsDiscontinuity { breaks.append(time) }
                time += segment.duration ?? 0
            }
            return breaks
        }
        let (own, others) = (breaks(track), breaks(first))
        log.expect(
            .discontinuities,
            own.count == others.count && zip(own, others).allSatisfy { abs($0 - $1) < 0.5 },
            place,
            "There are \(own.count) discontinuities, in \(first.path) there are \(others.count), or they are elsewhere."
        )
    }

    private static func checkDurations(
        _ rungs: [Presentation.Rung],
        _ sounds: [LoadedTrack],
        _ log: inout FindingLog
    ) {
        guard let reference = rungs.max(by: { $0.track.playlist.duration < $1.track.playlist.duration })?.track else {
            return
        }
        let slack = reference.fragmented?.frame ?? 0.05
        for track in rungs.map(\.track) + sounds {
            let (own, whole) = (track.playlist.duration, reference.playlist.duration)
            log.expect(
                .onDemandPlaylist,
                abs(own - whole) <= max(slack, track.fragmented?.frame ?? 0.05) + 0.001,
                track.playlist.read.place(),
                "The playlist covers \(Seconds.text(own)), that of \(reference.path) covers \(Seconds.text(whole))."
            )
        }
    }

    private static func checkSwitching(_ rungs: [Presentation.Rung], _ log: inout FindingLog) {
        let videos = rungs.compactMap(\.fragmented).filter(\.isVideo)
        let families = Dictionary(grouping: videos) { track in
            let entry = track.main?.entry
            return "\(entry?.family ?? "") \(entry?.range.rawValue ?? "")"
        }
        for family in families.values {
            guard let first = family.first?.main, let path = family.first?.initialization.path else { continue }
            for other in family.dropFirst() {
                guard let main = other.main else { continue }
                let place = Place(other.initialization.path)
                func expect(_ condition: Bool, _ message: String) {
                    log.expect(.switchingSet, condition, place, message)
                }
                expect(
                    main.timescale == first.timescale,
                    "The timescale is \(main.timescale), that of \(path) is \(first.timescale)."
                )
                expect(main.id == first.id, "The track number is \(main.id), that of \(path) is \(first.id).")
                let (own, others) = (main.entry?.colour, first.entry?.colour)
                expect(own == others, "The colour is \(text(own)), that of \(path) is \(text(others)).")
            }
        }
    }

    private static func text(_ colour: ColourCodes?) -> String { colour?.description ?? "not said" }
}
