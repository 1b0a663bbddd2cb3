import Packaging
import SystemPackage

/// The command line of the one ffmpeg that makes every track. Paths are ours, everything else is numbers and fixed
/// words; options that differ between ffmpeg 5.1 and later (`-vsync`, `-filter_complex_script`) are not used.
struct FFmpegArguments {
    let plan: TranscodePlan
    let source: FilePath
    /// Where each of the plan's tracks goes, in their order.
    let outputs: [FilePath]

    var list: [String] {
        FFmpegArguments.general
            + ["-progress", "pipe:1", "-stats_period", "0.5", "-nostats"]
            + FFmpegArguments.input(source, container: plan.source.container, threads: plan.threads)
            + ["-filter_complex", FilterGraph(plan: plan).text]
            + zip(plan.rungs.indices, outputs).flatMap { videoOutput(plan.rungs[$0], index: $0, path: $1) }
            + zip(plan.audio.indices, outputs.dropFirst(plan.rungs.count)).flatMap { audioOutput(index: $0, path: $1) }
    }

    static let general = ["-nostdin", "-hide_banner", "-y", "-loglevel", "level+warning"]

    /// What any of ffmpeg's programs may do with a source: our demuxer, our file, no other protocol, bounded sizes.
    static func input(
        _ source: FilePath,
        container: SourceContainer,
        threads: Int,
        before: [String] = []
    ) -> [String] {
        ["-threads", "\(threads)", "-max_pixels", "\(8_192 * 8_192)"] + before
            + demuxing(container) + ["-i", "file:\(source.string)"]
    }

    static func demuxing(_ container: SourceContainer) -> [String] {
        [
            "-protocol_whitelist", "file", "-format_whitelist", container.demuxerNames, "-max_streams", "400",
            "-probesize", "16M", "-analyzeduration", "16M", "-f", container.demuxer,
        ]
    }

    private func videoOutput(_ rung: Rung, index: Int, path: FilePath) -> [String] {
        ["-map", FilterGraph.videoPad(index)] + encoder(rung)
            + ["-video_track_timescale", "\(timescale)", "-movflags", TrackDescription.videoMovFlags]
            + FFmpegArguments.muxer(path)
    }

    private func encoder(_ rung: Rung) -> [String] {
        let gop = "\(plan.framesPerGOP)"
        return [
            "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-level:v", rung.level.description,
            "-crf", "\(RateControl.quality)", "-maxrate", "\(rung.maximumKilobits)k",
            "-bufsize", "\(rung.bufferKilobits)k",
            "-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+cgop",
            "-rc-lookahead", "10", "-threads", "\(plan.threads)", "-fps_mode", "passthrough",
        ]
    }

    private func audioOutput(index: Int, path: FilePath) -> [String] {
        [
            "-map", FilterGraph.audioPad(index), "-c:a", "aac", "-b:a", "\(RateControl.audioKilobits)k",
            "-movflags", TrackDescription.audioMovFlags, "-frag_duration", "\(TrackDescription.audioFragmentDuration)",
        ] + FFmpegArguments.muxer(path)
    }

    private static func muxer(_ path: FilePath) -> [String] {
        [
            "-map_metadata", "-1", "-map_chapters", "-1", "-max_muxing_queue_size", "4096",
            "-avoid_negative_ts", "disabled", "-use_editlist", "1", "-f", "mp4", "file:\(path.string)",
        ]
    }

    /// Ticks per second, the same on every rung: fine enough, and a multiple of the rate's numerator, so that each
    /// picture lasts a whole number of them.
    private var timescale: Int {
        plan.frameRate.numerator >= 10_000 ? plan.frameRate.numerator : plan.frameRate.numerator * 512
    }
}
