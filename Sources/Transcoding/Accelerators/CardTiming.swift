import Packaging
import VLogCore

/// Constant rate and length for pictures that lie on a card, where `tpad` refuses them. A black picture that is
/// interleaved at the end of the plan makes `fps` repeat the last real one up to there, and is itself cut off. Where
/// more is missing than may be held, it is dropped, and the end of the stream is moved back to the last picture, for
/// `fps` fills up to that as well. Seen with pictures on a card (Vulkan) in ffmpeg 5.1 and 9.
struct CardTiming {
    let plan: TranscodePlan
    /// What the pictures have already, in pixels; the black one must have it too.
    let size: PixelSize

    /// Chains that end in an open one: constant pictures, as many as the plan wants. `source` is a pad's name.
    func chains(from source: String) -> [String] {
        let card = CardFilters(accelerator: plan.accelerator)
        let isHDR = plan.source.video.dynamicRange != .standard
        let deinterlace = plan.source.video.isInterlaced ? [card.deinterlace].compactMap(\.self) : []
        let pictures = deinterlace + card.scale(to: size, isHDR: isHDR)
        let black =
            [
                "color=black:size=\(size):rate=\(plan.frameRate)", "trim=end_frame=1", "setpts=\(plan.frameCount)",
                "setsar=1",
            ] + card.upload(isHDR: isHDR, held: 2)
        return [
            source + pictures.joined(separator: ",") + "[pictures]", black.joined(separator: ",") + "[end]",
            "[pictures][end]" + joined.joined(separator: ","),
        ]
    }

    private var joined: [String] {
        let rate = plan.frameRate.framesPerSecond
        let end = FilterGraph.decimal((Double(plan.frameCount) - 0.5) / rate)
        let held = FilterGraph.decimal(plan.heldAtEnd + 1 / rate)
        return [
            "interleave", "select=lt(t\\,\(end))+lte(t-prev_t\\,\(held))",
            "setpts=if(gte(T\\,\(end))*gt(T-PREV_INT\\,\(held))\\,PREV_INPTS\\,PTS)",
            "fps=\(plan.frameRate):start_time=0", "trim=end_frame=\(plan.frameCount)",
        ]
    }
}
