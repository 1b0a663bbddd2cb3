import Packaging
import SystemPackage
import VLogCore

/// The command line of the one ffmpeg that makes every track. Paths are ours, everything else is numbers and fixed
/// words; options that differ between ffmpeg 5.1 and later (`-vsync`, `-filter_complex_script`) are not used.
struct FFmpegArguments {
    let plan: TranscodePlan
    let source: FilePath
    /// Where each of the plan's tracks goes, in their order.
    let outputs: [FilePath]
    /// A folder for what is read when ffmpeg has ended: sprites and subtitles.
    let folder: FilePath

    var list: [String] {
        FFmpegArguments.general
            + ["-progress", "pipe:1", "-stats_period", "0.5", "-nostats", "-filter_complex_threads", "\(plan.threads)"]
            + plan.acceleration.deviceArguments + input
            + ["-filter_complex", FilterGraph(plan: plan).text]
            + (plan.format == .cmaf ? trackOutputs : transportOutputs) + spriteOutput
            + plan.subtitles.flatMap(subtitleOutput)
    }

    /// Threads would only make a card's decoder hold more pictures.
    private var input: [String] {
        FFmpegArguments.input(
            source,
            container: plan.source.container,
            threads: plan.decodesOnCard ? 1 : plan.threads,
            before: (plan.decodesOnCard ? plan.acceleration.decodingArguments : [])
                + (plan.keepsOneGraph ? ["-reinit_filter", "0"] : [])
        )
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

    private var trackOutputs: [String] {
        zip(plan.rungs.indices, outputs).flatMap { videoOutput(plan.rungs[$0], index: $0, path: $1) }
            + zip(plan.audio.indices, outputs.dropFirst(plan.rungs.count)).flatMap { audioOutput(index: $0, path: $1) }
    }

    private var transportOutputs: [String] {
        zip(plan.rungs.indices, outputs).flatMap { transportOutput(plan.rungs[$0], index: $0, path: $1) }
    }

    private func transportOutput(_ rung: Rung, index: Int, path: FilePath) -> [String] {
        var list = ["-map", FilterGraph.videoPad(index)] + VideoEncoder(plan: plan, rung: rung).arguments
        list += ["-fps_mode", "passthrough"]
        if !plan.audio.isEmpty { list += ["-map", FilterGraph.audioPad(index)] + soundEncoder(channels: 2) }
        list += ["-map_metadata", "-1", "-map_chapters", "-1", "-max_muxing_queue_size", "4096"]
        // A clock that no run changes: otherwise the start depends on how early the first DTS is.
        list += ["-muxdelay", "0", "-muxpreload", "0", "-output_ts_offset", "1", "-f", "mpegts"]
        return list + ["file:\(path.string)"]
    }

    private func soundEncoder(channels: Int) -> [String] {
        ["-c:a", "aac", "-b:a", "\(RateControl.audioKilobits(channels: channels))k"]
    }

    private func videoOutput(_ rung: Rung, index: Int, path: FilePath) -> [String] {
        ["-map", FilterGraph.videoPad(index)] + VideoEncoder(plan: plan, rung: rung).arguments
            + [
                "-fps_mode", "passthrough", "-video_track_timescale", "\(timescale)", "-movflags",
                TrackDescription.videoMovFlags,
            ]
            + FFmpegArguments.muxer(path)
    }

    private func audioOutput(index: Int, path: FilePath) -> [String] {
        ["-map", FilterGraph.audioPad(index)] + soundEncoder(channels: plan.audio[index].channels)
            + [
                "-movflags", TrackDescription.audioMovFlags, "-frag_duration",
                "\(TrackDescription.audioFragmentDuration)",
            ]
            + FFmpegArguments.muxer(path)
    }

    private var spriteOutput: [String] {
        guard plan.sprites != nil else { return [] }
        // A percent sign stands for a number in the names of this muxer.
        let folder = folder.string.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
        return [
            "-map", FilterGraph.spritePad, "-c:v", "mjpeg", "-q:v", "5", "-fps_mode", "passthrough",
            "-map_metadata", "-1", "-start_number", "0", "-f", "image2", "file:\(folder)/sheet_%d.jpg",
        ]
    }

    private func subtitleOutput(_ track: SubtitleTrack) -> [String] {
        [
            "-map", "0:\(track.streamIndex)", "-c:s", "webvtt", "-map_metadata", "-1", "-map_chapters", "-1",
            "-f", "webvtt", "file:\(folder.appending("subtitles-\(track.streamIndex).vtt").string)",
        ]
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
