/// Rules about sample entries and the streams behind them: COD-01, 02, 05, 06 and SEG-14.
enum CodecRules {
    static func check(_ track: FragmentedTrack, _ log: inout FindingLog) {
        let place = Place(track.initialization.path)
        guard let main = track.main, let entry = main.entry else { return }
        for problem in entry.problems { log.report(.codecAgreement, place, problem) }
        if let wanted = ["avc1": "avc1", "avc3": "avc1", "hvc1": "hvc1", "hev1": "hvc1"][entry.type.description] {
            let rule: ConformanceRule = wanted == "avc1" ? .avcCodec : .hevcCodec
            log.expect(
                rule,
                entry.type.description == wanted,
                place,
                "The sample entry is \(entry.type), not \(wanted)."
            )
        }
        guard let parameters = entry.parameters else { return }
        checkAgreement(main, entry, parameters, place, &log)
        checkLevel(track, entry, parameters, place, &log)
        log.expect(.progressive, parameters.isProgressive, place, "The parameter sets allow fields and mixed frames.")
    }

    private static func checkAgreement(
        _ main: InitializationFacts.Track,
        _ entry: SampleEntryFacts,
        _ parameters: SequenceParameters,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        if let record = entry.record {
            log.expect(
                .codecAgreement,
                record == (parameters.profile, parameters.level),
                place,
                "The record says profile \(record.profile) level \(record.level), the parameter set "
                    + "profile \(parameters.profile) level \(parameters.level)."
            )
        }
        log.expect(
            .codecAgreement,
            !(parameters.pixelShape?.isSquare ?? true)
                || (main.width, main.height) == (parameters.width, parameters.height),
            place,
            "tkhd shows \(main.width)x\(main.height), the pictures are \(parameters.width)x\(parameters.height)."
        )
    }

    private static func checkLevel(
        _ track: FragmentedTrack,
        _ entry: SampleEntryFacts,
        _ parameters: SequenceParameters,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        let isAVC = entry.family == "avc1"
        let (width, height, rate) = (parameters.width, parameters.height, track.averageRate ?? 30)
        let needed =
            isAVC
            ? PictureLevel.neededAVC(width: width, height: height, rate: rate)
            : PictureLevel.neededHEVC(width: width, height: height, rate: rate)
        func name(_ level: Int) -> String {
            let tenths = isAVC ? level : level / 3
            return "\(tenths / 10).\(tenths % 10)"
        }
        let (highest, floor) = isAVC ? (52, 30) : (153, 90)
        log.expect(
            .levels,
            parameters.level <= highest,
            place,
            "Level \(name(parameters.level)) is over \(name(highest))."
        )
        if let needed {
            log.expect(
                .levels,
                parameters.level >= needed,
                place,
                "Level \(name(parameters.level)) does not allow \(width)x\(height) at this rate, \(name(needed)) does."
            )
            log.expect(
                .levels,
                parameters.level <= max(needed, floor),
                place,
                "Level \(name(parameters.level)) is more than \(width)x\(height) at this rate needs, \(name(needed))."
            )
        }
        let isAllowed =
            isAVC
            ? parameters.chromaFormat == 1 && parameters.bitDepth == 8
            : parameters.chromaFormat == 1 && (1...2).contains(parameters.profile)
        log.expect(
            .levels,
            isAllowed,
            place,
            "Chroma format \(parameters.chromaFormat) with \(parameters.bitDepth) bits of profile \(parameters.profile) "
                + "is not what devices decode."
        )
    }
}
