import Packaging
import SystemPackage
import VLogCore

extension TranscodePlan {
    /// The plan as a person reads it, and the command that would be run, ready for a shell. `OUT` stands for the folder of
    /// the runner's pipes.
    package func text(source: FilePath, tools: MediaTools) -> String {
        (sourceLines(source) + [""] + resultLines + [""] + [command(source, tools)]).joined(separator: "\n") + "\n"
    }

    private func sourceLines(_ file: FilePath) -> [String] {
        let video = source.video
        var shape = "\(video.codec) \(video.codedSize), \(video.pixelFormat)"
        if video.codedSize != video.displaySize { shape += ", shown as \(video.displaySize)" }
        if video.isInterlaced { shape += ", interlaced" }
        if video.dynamicRange != .standard { shape += ", \(name(video.dynamicRange))" }
        var lines = [
            "source     \(file.string)", "           \(source.container.rawValue), \(seconds(source.duration))",
        ]
        lines.append("picture    #\(video.index) \(shape)")
        lines += source.audio.map {
            "sound      #\($0.index) \($0.codec), \($0.channels) channel\($0.channels == 1 ? "" : "s")\(text($0.language))"
        }
        lines += source.subtitles.map {
            "text       #\($0.index) \($0.codec)\(text($0.language))\($0.isForced ? ", forced" : "")"
        }
        return lines
    }

    private var resultLines: [String] {
        var lines = [
            "result     \(frameCount) frames at \(frameRate)/s, key frames every \(framesPerGOP) frames, "
                + "segments of \(gopsPerSegment * framesPerGOP) frames"
        ]
        if format == .transportStream { lines.append("           transport streams with picture and sound") }
        if source.video.dynamicRange != .standard { lines.append("           tone-mapped to the standard range") }
        lines += rungs.map { rung in
            let range = rung.isHDR ? ", \(name(rung.dynamicRange)), 10 bit" : ""
            let level = rung.level.map { " level \($0)" } ?? ""
            return "rung       \(rung.name): \(rung.size) \(rung.codec.rawValue)\(level), "
                + "at most \(rung.maximumKilobits) kbit/s\(range)"
        }
        lines += audio.map { track in
            "sound      \(track.folder): AAC \(track.layout), \(RateControl.audioKilobits(channels: track.channels)) kbit/s, "
                + "\(track.name)\(text(track.language))"
        }
        lines += subtitles.map { track in
            let text = track.description
            return "text       \(text.folder): WebVTT, \(text.name)"
                + (text.isForced ? ", shown without being asked for" : "")
        }
        if let sprites {
            lines.append(
                "previews   \(sprites.count) of \(sprites.width)x\(sprites.height) on \(sprites.sheets) sheet\(sprites.sheets == 1 ? "" : "s")"
            )
        }
        return lines
    }

    private func command(_ file: FilePath, _ tools: MediaTools) -> String {
        let outputs = tracks.map { FilePath("OUT/\($0.folder).mp4") }
        let arguments = FFmpegArguments(plan: self, source: file, outputs: outputs, folder: "OUT").list
        return ([tools.ffmpeg.string] + arguments).map(quoted).joined(separator: " ")
    }

    /// A word of a POSIX shell.
    private func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_=+:,./%@".utf8.contains(byte)
            }
        }
        guard !isPlain || word.isEmpty else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    private func text(_ language: LanguageTag?) -> String { language.map { ", \($0)" } ?? "" }

    private func name(_ range: ProbedSource.DynamicRange) -> String {
        switch range {
        case .standard: "standard range"
        case .perceptualQuantizer: "HDR (PQ)"
        case .hybridLogGamma: "HDR (HLG)"
        }
    }

    private func seconds(_ value: Double) -> String { "\((value * 100).rounded() / 100) s" }
}
