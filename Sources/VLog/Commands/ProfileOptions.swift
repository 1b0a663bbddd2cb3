import ArgumentParser
import VLogCore

/// What is made of uploads. Each option has a `VLOG_*` variable; the option wins.
struct ProfileOptions: ParsableArguments {
    @Option(help: "Video codecs, separated by commas: h264, hevc, av1 (VLOG_CODECS; h264). h264 plays everywhere.")
    var codecs: String?

    @Option(
        help: """
            Rungs, separated by commas, for example 1080p,720p,360p (VLOG_QUALITIES; 2160p to 360p). Those above a \
            source are left out.
            """
    )
    var qualities: String?

    @Option(
        help: ArgumentHelp(
            """
            Pictures for the seek bar: seconds, size and how many on a sheet, or none (VLOG_PREVIEWS; \
            10:160x90:10x10).
            """,
            valueName: "layout"
        )
    )
    var previews: String?

    @Option(help: "How it is stored: cmaf, or hls_ts for players of the old kind (VLOG_FORMAT; cmaf).")
    var format: String?

    @Option(help: "Time spent for fewer bits: fast, balanced or thorough (VLOG_EFFORT; fast).")
    var effort: String?

    @Flag(help: "Also keep the high dynamic range of sources that have one, in hevc and av1 (VLOG_KEEP_HDR=true).")
    var keepHDR = false

    func profile(environment: [String: String]) throws -> TranscodeProfile {
        var profile = TranscodeProfile()
        if let names = codecs ?? environment["VLOG_CODECS"], !names.isEmpty {
            profile.codecs = try Self.codecs(names, of: "VLOG_CODECS")
        }
        if let names = qualities ?? environment["VLOG_QUALITIES"], !names.isEmpty {
            profile.qualities = try Self.qualities(names)
        }
        if let text = previews ?? environment["VLOG_PREVIEWS"], !text.isEmpty {
            profile.sprites = try text == "none" ? nil : Self.layout(text)
        }
        if let name = format ?? environment["VLOG_FORMAT"], !name.isEmpty {
            profile.format = try Self.word(name, of: "VLOG_FORMAT")
        }
        if let name = effort ?? environment["VLOG_EFFORT"], !name.isEmpty {
            profile.effort = try Self.word(name, of: "VLOG_EFFORT")
        }
        profile.keepsHDR = keepHDR || environment["VLOG_KEEP_HDR"] == "true"
        return profile
    }

    /// Reads `h264,hevc`; `variable` is named when it makes no sense.
    static func codecs(_ names: String, of variable: String) throws -> [VideoCodec] {
        try names.split(separator: ",").map { try word(String($0), of: variable) }
    }

    private static func qualities(_ names: String) throws -> [Quality] {
        let qualities = try names.split(separator: ",").map { name in
            guard let quality = Quality(rawValue: String(name)), (90...4320).contains(quality.lines) else {
                throw StartError(
                    "VLOG_QUALITIES: '\(name)' is no rung; one is called 720p, for its lines, from 90p to 4320p."
                )
            }
            return quality
        }
        guard !qualities.isEmpty, Set(qualities).count == qualities.count, qualities.count <= 12 else {
            throw StartError("VLOG_QUALITIES: there are 1 to 12 rungs, each once.")
        }
        return qualities
    }

    private static func layout(_ text: String) throws -> SpriteLayout {
        guard let layout = SpriteLayout(text: text) else {
            throw StartError(
                """
                VLOG_PREVIEWS: '\(text)' is not like 10:160x90:10x10: 1 to 600 seconds, 16 to 640 pixels a side, 1 to 20 \
                pictures across and down.
                """
            )
        }
        return layout
    }

    private static func word<Value: RawRepresentable<String> & CaseIterable>(
        _ text: String,
        of variable: String
    ) throws -> Value {
        guard let value = Value(rawValue: text) else {
            let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw StartError("\(variable): '\(text)' is none of \(words)")
        }
        return value
    }
}
