import Packaging
import VLogCore

/// The text of `-filter_complex`: one decoded picture becomes all rungs, each size scaled from a larger one. Made of
/// numbers and fixed words only; nothing of it was written by a client.
struct FilterGraph {
    let plan: TranscodePlan

    var text: String { (videoChains + audioChains).joined(separator: ";") }

    /// The pad that output `index` of the rungs maps.
    static func videoPad(_ index: Int) -> String { "[v\(index)]" }
    static func audioPad(_ index: Int) -> String { "[a\(index)]" }
    static let spritePad = "[sprites]"

    private var videoChains: [String] {
        let cascades = [Cascade(plan, isHDR: false), Cascade(plan, isHDR: true)].filter { !$0.isEmpty }
        var source = "[0:\(plan.source.video.index)]"
        var before: [String] = []
        if plan.decodesOnCard, let size = cascades[0].largest {
            before = CardTiming(plan: plan, size: size).chains(from: source)
            source = before.removeLast()
        } else {
            source += timing.joined(separator: ",")
        }
        guard cascades.count > 1 || plan.sprites != nil else {
            return before + cascades[0].chains(after: source + ",")
        }
        let pads = cascades.map(\.pad) + (plan.sprites == nil ? [] : ["[t]"])
        return before + [source + ",split=\(pads.count)" + pads.joined()]
            + cascades.flatMap { $0.chains(after: $0.pad) } + spriteChains
    }

    private var spriteChains: [String] {
        guard let sprites = plan.sprites else { return [] }
        let depth = plan.source.video.dynamicRange == .standard ? "nv12" : "p010le"
        let filters = sprites.filters(download: plan.decodesOnCard ? ["hwdownload", "format=\(depth)"] : [])
        return ["[t]" + filters.joined(separator: ",") + FilterGraph.spritePad]
    }

    /// One size, fields to pictures, constant rate, length: what all rungs share.
    private var timing: [String] {
        var filters: [String] = []
        if plan.keepsOneGraph {
            // Hands pictures on as they are, unless one has another size than the first. Behind it no filter can meet
            // one that does not fit its buffers.
            let size = plan.source.video.codedSize
            filters.append("scale=\(size.width):\(size.height):flags=\(FilterGraph.scaler)")
        }
        if plan.source.video.isInterlaced { filters.append("bwdif=mode=send_field:deint=interlaced") }
        filters.append("fps=\(plan.frameRate):start_time=0")
        filters.append("tpad=stop_mode=clone:stop_duration=\(FilterGraph.decimal(plan.heldAtEnd))")
        filters.append("trim=end_frame=\(plan.frameCount)")
        return filters
    }

    static let scaler = "bicubic"

    private var audioChains: [String] {
        plan.audio.enumerated().map { index, track in
            // Of transport streams, each has the sound.
            let copies = plan.format == .cmaf ? 1 : plan.rungs.count
            let pads = (0..<copies).map { FilterGraph.audioPad(index + $0) }

            // AAC begins with 1024 samples that are not sound. Cutting as many from the start, with the times kept,
            // puts every sample at its own time in any player, edit lists or not.
            return "[0:\(track.streamIndex)]aresample=48000:async=1:first_pts=0,"
                + "aformat=sample_fmts=fltp:channel_layouts=\(track.layout),apad,"
                + "atrim=start_sample=1024:end_sample=\(max(2048, plan.sampleCount))"
                + (copies > 1 ? ",asplit=\(copies)" : "")
                + pads.joined()
        }
    }

    /// Milliseconds without an exponent or a locale.
    static func decimal(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1_000).rounded())
        let fraction = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}

/// The rungs of one dynamic range: each size made once, whatever codecs want it.
private struct Cascade {
    private struct Step {
        let size: PixelSize
        var pads: [String]
    }

    private let plan: TranscodePlan
    private let isHDR: Bool
    private var steps: [Step] = []

    init(_ plan: TranscodePlan, isHDR: Bool) {
        self.plan = plan
        self.isHDR = isHDR
        let rungs = plan.rungs.enumerated().filter { $0.element.isHDR == isHDR }
        for (index, rung) in rungs {
            let pad = FilterGraph.videoPad(index)
            if let known = steps.firstIndex(where: { $0.size == rung.size }) {
                steps[known].pads.append(pad)
            } else {
                steps.append(Step(size: rung.size, pads: [pad]))
            }
        }
        steps.sort { $0.size.area > $1.size.area }
    }

    var isEmpty: Bool { steps.isEmpty }
    var largest: PixelSize? { steps.first?.size }

    func chains(after source: String) -> [String] {
        var chains: [String] = []
        for (index, step) in steps.enumerated() {
            let start = index == 0 ? source + top.joined(separator: ",") : "[c\(name)\(index)]" + scale(to: step.size)
            let smaller = steps.indices.filter { $0 > 0 && parent(of: $0) == index }
            let pads = step.pads + smaller.map { "[c\(name)\($0)]" }
            chains.append(start + (pads.count > 1 ? ",split=\(pads.count)" : "") + pads.joined())
        }
        return chains
    }

    /// What a size is scaled from: the smallest that is half as large again. A smaller step would save next to nothing
    /// and blur the picture, because each scaling of a scaled picture takes some of its detail.
    private func parent(of index: Int) -> Int {
        steps[..<index].lastIndex { 2 * $0.size.shortSide >= 3 * steps[index].size.shortSide } ?? 0
    }

    /// Where the cascade begins.
    var pad: String { isHDR ? "[hdr]" : "[sdr]" }
    private var name: String { isHDR ? "h" : "" }

    private var card: CardFilters { CardFilters(accelerator: plan.accelerator, scaler: plan.acceleration.scaler) }

    /// On the card from the start, which has given the size already, or on the CPU, with the card fed at the end.
    private var top: [String] {
        // What was encoded before is decoded again and dropped here: that is exact to the picture in every container,
        // which seeking is not.
        (plan.firstFrame > 0 ? ["trim=start_frame=\(plan.firstFrame)"] : []) + colours
    }

    private var colours: [String] {
        guard !plan.decodesOnCard else { return card.top(plan.source.video, size: steps[0].size, isHDR: isHDR) }
        let filters = ColourFilters(video: plan.source.video, size: steps[0].size, scaler: FilterGraph.scaler)
        let made = isHDR ? filters.kept : filters.filters
        return plan.accelerator == .cpu ? made : made + card.upload(isHDR: isHDR)
    }

    private func scale(to size: PixelSize) -> String { card.scale(to: size, isHDR: isHDR).joined(separator: ",") }
}
