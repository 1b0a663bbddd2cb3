/// Rules that measure bit rates: HLS-31, 32, 33.
enum BandwidthRules {
    private static let tolerance = 0.1

    static func check(_ presentation: Presentation, _ log: inout FindingLog) {
        for variant in presentation.playlist.variants {
            guard let track = presentation.track(variant.uri), let own = track.bandwidth else { continue }
            let group = variant.attributes["AUDIO"]
            let sounds = group == nil ? [] : presentation.sounds(in: group).filter { $0.path != track.path }
            let sound = sounds.compactMap(\.bandwidth).reduce(Bandwidth.none) { $0.merging($1) }
            let measured = own + sound
            let place = presentation.place(variant.line)
            let declared = (variant.attributes.integer("BANDWIDTH"), variant.attributes.integer("AVERAGE-BANDWIDTH"))
            check(.peakBandwidth, "BANDWIDTH", declared.0, measured.peak, place, &log)
            check(.averageBandwidth, "AVERAGE-BANDWIDTH", declared.1, measured.average, place, &log)
            guard measured.average > 0 else { continue }
            log.expect(
                .peakToAverage,
                measured.peak <= 2 * measured.average,
                place,
                "The peak of \(measured.peak) bits per second is over twice the average of \(measured.average)."
            )
        }
    }

    private static func check(
        _ rule: ConformanceRule,
        _ name: String,
        _ declared: Int?,
        _ measured: Int,
        _ place: Place,
        _ log: inout FindingLog
    ) {
        guard let declared, measured > 0 else { return }
        log.expect(
            rule,
            abs(Double(declared) - Double(measured)) <= Double(measured) * tolerance,
            place,
            "\(name) is \(declared), measured are \(measured) bits per second."
        )
    }
}
