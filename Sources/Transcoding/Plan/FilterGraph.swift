import Packaging

/// The text of `-filter_complex`: one decoded picture becomes all rungs, each scaled from the next larger one. Made of
/// numbers and fixed words only; nothing of it was written by a client.
struct FilterGraph {
    let plan: TranscodePlan

    var text: String { (videoChains + audioChains).joined(separator: ";") }

    /// The pad that output `index` of the rungs maps.
    static func videoPad(_ index: Int) -> String { "[v\(index)]" }
    static func audioPad(_ index: Int) -> String { "[a\(index)]" }

    private var videoChains: [String] {
        let top = "[0:\(plan.source.video.index)]" + topFilters.joined(separator: ",")
        guard plan.rungs.count > 1 else { return [top + FilterGraph.videoPad(0)] }
        return [top + ",split=2\(FilterGraph.videoPad(0))[c1]"]
            + plan.rungs.indices.dropFirst().map { index in
                let scaled = "[c\(index)]" + scale(to: plan.rungs[index].size)
                let isLast = index == plan.rungs.count - 1
                return scaled + (isLast ? "" : ",split=2") + FilterGraph.videoPad(index)
                    + (isLast ? "" : "[c\(index + 1)]")
            }
    }

    /// From the decoder to the largest rung: fields to pictures, constant rate, length, size, colours.
    private var topFilters: [String] {
        let video = plan.source.video
        var filters: [String] = []
        if video.isInterlaced { filters.append("bwdif=mode=send_field:deint=interlaced") }
        filters.append("fps=\(plan.frameRate):start_time=0")
        filters += ColourFilters(video: video, size: plan.rungs[0].size, scaler: FilterGraph.scaler).filters
        filters.append("tpad=stop_mode=clone:stop_duration=\(decimal(plan.heldAtEnd))")
        filters.append("trim=end_frame=\(plan.frameCount)")
        return filters
    }

    private func scale(to size: PixelSize) -> String {
        "scale=\(size.width):\(size.height):flags=\(FilterGraph.scaler),setsar=1"
    }

    static let scaler = "bicubic"

    private var audioChains: [String] {
        plan.audio.enumerated().map { index, track in
            // AAC begins with 1024 samples that are not sound. Cutting as many from the start, with the times kept,
            // puts every sample at its own time in any player, edit lists or not.
            "[0:\(track.streamIndex)]aresample=48000:async=1:first_pts=0,"
                + "aformat=sample_fmts=fltp:channel_layouts=stereo,apad,"
                + "atrim=start_sample=1024:end_sample=\(max(2048, plan.sampleCount))" + FilterGraph.audioPad(index)
        }
    }

    /// Milliseconds without an exponent or a locale.
    private func decimal(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1_000).rounded())
        let fraction = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}
