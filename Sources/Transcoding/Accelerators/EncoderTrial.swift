import Subprocess
import SystemPackage
import VLogCore

/// A run of ffmpeg that sends a few pictures through a card's filters into one of its encoders, and drops the result.
struct EncoderTrial: Sendable {
    let accelerator: Accelerator
    let codec: VideoCodec
    let variant: EncoderVariant
    let tenBit: Bool
    let renderNode: String

    init(
        _ accelerator: Accelerator,
        _ codec: VideoCodec,
        _ variant: EncoderVariant,
        tenBit: Bool,
        renderNode: String = RenderNode.usual
    ) {
        self.accelerator = accelerator
        self.codec = codec
        self.variant = variant
        self.tenBit = tenBit
        self.renderNode = renderNode
    }

    /// Enough pictures for a second GOP and all B-frames; large enough for the least that any encoder takes.
    static let frames = 10
    private static let size = PixelSize(640, 360)

    var arguments: [String] {
        FFmpegArguments.general + Acceleration(accelerator, renderNode: renderNode).deviceArguments
            + ["-f", "lavfi", "-i", "testsrc2=size=\(EncoderTrial.size):rate=30:duration=1"]
            + ["-frames:v", "\(EncoderTrial.frames)", "-vf", filters.joined(separator: ",")]
            + encoder + ["-f", "null", "-"]
    }

    private var filters: [String] {
        guard accelerator != .cpu else { return ["format=\(tenBit ? "yuv420p10le" : "yuv420p")"] }
        let card = CardFilters(accelerator: accelerator)
        return card.upload(isHDR: tenBit) + card.scale(to: PixelSize(320, 180), isHDR: tenBit)
    }

    private var encoder: [String] {
        guard accelerator == .cpu else {
            return HardwareEncoder(accelerator, codec, variant, tenBit: tenBit).arguments
        }
        let quiet = codec == .hevc ? ["-x265-params", "log-level=error"] : []
        let preset = codec == .av1 ? ["-preset", "10"] : ["-preset", "ultrafast"]
        return ["-c:v", HardwareEncoder.name(codec, on: .cpu)] + preset + quiet
    }

    /// Nil when it worked. What no table knows is told by the log's first line.
    func fault(_ tools: MediaTools, limit: Duration) async throws -> AcceleratorFault? {
        let outcome: ToolProcess.Outcome<[UInt8]>
        do {
            outcome = try await ToolProcess(tools.ffmpeg, arguments, limit: limit).run()
        } catch let error as TranscodeError where error.code == .timeout {
            let remedy = "look into the kernel's log (dmesg) for the driver's complaints"
            return AcceleratorFault(.driver, "the driver does not answer", remedy, line: error.message)
        }
        if outcome.status.isSuccess { return nil }
        let log = outcome.log.text
        if let known = AcceleratorFault(log: log) { return known }
        let line = log.split(separator: "\n").first { $0.contains("[error]") || $0.contains("[fatal]") }
        return AcceleratorFault(
            .unsupported,
            "the encoder does not work",
            "use another accelerator, or none",
            line: line.map(AcceleratorFault.readable) ?? "\(outcome.status)"
        )
    }
}
