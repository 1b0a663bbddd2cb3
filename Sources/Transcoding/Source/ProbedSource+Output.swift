import Packaging

extension ProbedSource {
    /// Chooses what to use of a file. `ends` are the measured ends of streams, by index, for files whose header does
    /// not tell.
    init(_ output: ProbeOutput, container: SourceContainer, ends: [Int: Double] = [:]) throws(SourceError) {
        let streams = output.streams ?? []
        let fileStart = output.format?.startTime.flatMap(Double.init) ?? 0
        let fileEnd = output.format?.duration.flatMap(Double.init)
        guard let picture = ProbedSource.picture(of: streams) else {
            guard streams.contains(where: { $0.codecType == "audio" }) else {
                throw SourceError(.notAVideo, "This file has no picture that can be read.")
            }
            throw SourceError.soundOnly
        }
        guard let end = ends[picture.index] ?? picture.end(fileStart: fileStart) ?? fileEnd, end > 0 else {
            throw SourceError(.damaged, "The video has no length: it is damaged, or its upload is incomplete.")
        }
        if let fileEnd, let measured = ends.values.max(), SourceError.isShort(measured, of: fileEnd) {
            throw SourceError.cutOff(at: measured, of: fileEnd)
        }
        self.container = container
        video = try Video(picture, end: end)
        audio = ProbedSource.sound(of: streams).map { stream in
            Audio(stream, end: ends[stream.index] ?? stream.end(fileStart: fileStart))
        }
        subtitles = ProbedSource.text(of: streams).map(Subtitles.init)
        duration = max(end, audio.compactMap(\.end).max() ?? 0)
    }

    /// The stream that is shown: not a cover, the default one first, then the largest.
    static func picture(of streams: [ProbeOutput.Stream]) -> ProbeOutput.Stream? {
        let pictures = streams.filter { stream in
            stream.codecType == "video" && stream.isKnown && !stream.has("attached_pic")
                && !stream.has("timed_thumbnails") && (stream.width ?? 0) > 0 && (stream.height ?? 0) > 0
        }
        return pictures.max { left, right in
            (left.has("default") ? 1 : 0, (left.width ?? 0) * (left.height ?? 0), right.index)
                < (right.has("default") ? 1 : 0, (right.width ?? 0) * (right.height ?? 0), left.index)
        }
    }

    private static func sound(of streams: [ProbeOutput.Stream]) -> [ProbeOutput.Stream] {
        let tracks = streams.filter { $0.codecType == "audio" && $0.isKnown && ($0.channels ?? 0) > 0 }
        let ordered = tracks.filter { $0.has("default") } + tracks.filter { !$0.has("default") }
        return Array(ordered.prefix(maximumAudioTracks))
    }

    private static func text(of streams: [ProbeOutput.Stream]) -> [ProbeOutput.Stream] {
        let tracks = streams.filter { $0.codecType == "subtitle" && textCodecs.contains($0.codecName ?? "") }
        return Array(tracks.prefix(maximumSubtitles))
    }

    private static let textCodecs: Set = ["subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text"]
}

extension ProbedSource.Video {
    fileprivate init(_ stream: ProbeOutput.Stream, end: Double) throws(SourceError) {
        let coded = PixelSize(stream.width ?? 0, stream.height ?? 0)
        index = stream.index
        codec = stream.codecName ?? ""
        codedSize = coded
        displaySize = try stream.displaySize(of: coded)
        pixelFormat = stream.pixelFormat ?? ""
        isFullRange = stream.colourRange == "pc" || pixelFormat.hasPrefix("yuvj")
        dynamicRange =
            switch stream.colourTransfer {
            case "smpte2084": .perceptualQuantizer
            case "arib-std-b67": .hybridLogGamma
            default: .standard
            }
        hasColourTags = !["", "unknown", "reserved"].contains(stream.colourPrimaries ?? "")
        mastering = MasteringDisplay(stream.sideData ?? [])
        let fields = ["tt", "bb", "tb", "bt"].contains(stream.fieldOrder ?? "")
        isInterlaced = fields
        hasDisplayMatrix = stream.sideData?.contains { $0.rotation != nil } ?? false
        let measured = stream.measuredRate
        frameRate = measured.map { FrameRate.snapped(fields && $0 <= 30.5 ? $0 * 2 : $0) } ?? .fallback
        self.end = end
    }
}

extension ProbedSource.Audio {
    fileprivate init(_ stream: ProbeOutput.Stream, end: Double?) {
        index = stream.index
        codec = stream.codecName ?? ""
        channels = stream.channels ?? 0
        language = stream.language
        title = stream.tags?.title
        isDefault = stream.has("default")
        self.end = end
    }
}

extension ProbedSource.Subtitles {
    fileprivate init(_ stream: ProbeOutput.Stream) {
        index = stream.index
        codec = stream.codecName ?? ""
        language = stream.language
        title = stream.tags?.title
        isDefault = stream.has("default")
        isForced = stream.has("forced")
        isForHearingImpaired = stream.has("hearing_impaired") || stream.has("captions")
    }
}

extension ProbeOutput.Stream {
    fileprivate var language: LanguageTag? { tags?.language.flatMap { LanguageTag($0) } }

    fileprivate var isKnown: Bool { !["", "none", "unknown"].contains(codecName ?? "") }

    /// Pictures per second: the average, since the other figure is a guess at the clock; nil when neither is sane.
    fileprivate var measuredRate: Double? {
        [averageRate, rate].lazy.compactMap(ProbeOutput.ratio).first { $0 >= 0.01 && $0 <= 1_000 }
    }

    /// Turned as the display matrix says, with the pixels made square by stretching the width.
    fileprivate func displaySize(of coded: PixelSize) throws(SourceError) -> PixelSize {
        let shape = ProbeOutput.ratio(sampleAspectRatio) ?? 1
        guard shape > 0.05, shape < 20 else {
            throw SourceError(.damaged, "The shape of the picture's pixels makes no sense: the video is damaged.")
        }
        let square = PixelSize(max(1, Int((Double(coded.width) * shape).rounded())), coded.height)
        let degrees = sideData?.lazy.compactMap(\.rotation).first ?? 0
        let quarterTurns = Int((degrees / 90).rounded())
        return quarterTurns.isMultiple(of: 2) ? square : square.turned
    }
}
