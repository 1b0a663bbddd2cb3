/// The filters that give the largest rung its size and make its colours what every player expects: 8 bit, 4:2:0,
/// limited range, standard dynamic range, square pixels, and tags that say so.
struct ColourFilters {
    let video: ProbedSource.Video
    let size: PixelSize
    let scaler: String

    var filters: [String] {
        video.dynamicRange == .standard ? standard : toneMapped
    }

    /// For a rung that keeps the source's range: ten bits, and the tags that it came with.
    var kept: [String] { resize + ["format=yuv420p10le", "setsar=1"] + tags }

    private var standard: [String] { resize + ["format=yuv420p", "setsar=1"] + tags }

    /// What pictures that are not mapped are told to be, wherever they lie.
    var tags: [String] {
        switch video.dynamicRange {
        case .standard: video.hasColourTags ? [] : [assumedColours]
        case .perceptualQuantizer: [wideColours("smpte2084")]
        case .hybridLogGamma: [wideColours("arib-std-b67")]
        }
    }

    private func wideColours(_ transfer: String) -> String {
        "setparams=range=limited:color_primaries=bt2020:color_trc=\(transfer):colorspace=bt2020nc"
    }

    /// Nothing when the size is right, a crop when only the odd last line or column goes.
    private var resize: [String] {
        let range = video.isFullRange ? ":in_range=full:out_range=limited" : ""
        if video.isFullRange {
            return ["scale=\(size.width):\(size.height):flags=\(scaler)\(range)"]
        }
        if size == video.displaySize, hasSquarePixels { return [] }
        if size == video.displaySize.even, hasSquarePixels { return ["crop=\(size.width):\(size.height):0:0"] }
        return ["scale=\(size.width):\(size.height):flags=\(scaler)"]
    }

    private var hasSquarePixels: Bool {
        video.codedSize == video.displaySize || video.codedSize == video.displaySize.turned
    }

    private var toneMapped: [String] {
        let transfer = video.dynamicRange == .perceptualQuantizer ? "smpte2084" : "arib-std-b67"
        return ColourFilters.toneMapping(from: transfer, size: size, scaler: scaler)
    }

    /// Through linear light. The size comes first, because the rest works on floats.
    static func toneMapping(from transfer: String, size: PixelSize, scaler: String) -> [String] {
        [
            "scale=\(size.width):\(size.height):flags=\(scaler)", "setsar=1",
            // zscale refuses what is only half tagged.
            "setparams=color_primaries=bt2020:color_trc=\(transfer):colorspace=bt2020nc",
            "zscale=tin=\(transfer):pin=bt2020:min=bt2020nc:t=linear:npl=100", "format=gbrpf32le", "zscale=p=bt709",
            "tonemap=hable:desat=0", "zscale=t=bt709:m=bt709:r=tv", "format=yuv420p",
        ]
    }

    /// Players guess the matrix of untagged pictures by their size, so the rungs of one video would differ in colour.
    private var assumedColours: String {
        let name = video.displaySize.shortSide >= 720 ? "bt709" : "smpte170m"
        return "setparams=range=limited:color_primaries=\(name):color_trc=\(name):colorspace=\(name)"
    }
}
