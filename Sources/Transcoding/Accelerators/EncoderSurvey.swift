import Logging
import Subprocess
import SystemPackage
import VLogCore

/// Finds out what this machine encodes with by encoding a few pictures with every encoder, as the user that we are.
/// A card that is listed may have no encoder (A100, H100), no driver, or no room; only trying tells.
package struct EncoderSurvey: Sendable {
    let tools: MediaTools
    let renderNode: String
    /// Per encoder and variant; a driver may hang.
    let limit: Duration

    package init(tools: MediaTools, limit: Duration = .seconds(15)) {
        self.tools = tools
        self.limit = limit
        renderNode = RenderNode.preferred(RenderNode.all)
    }

    /// One after the other, so that they do not take each other's sessions. Throws `TranscodeError` when ffmpeg itself
    /// does not run, and `CancellationError`.
    package func run(_ accelerators: [Accelerator] = Accelerator.allCases) async throws -> EncoderReport {
        let built = try await tools.encoders()
        var findings: [EncoderFinding] = []
        for accelerator in accelerators { findings += try await survey(accelerator, built: built) }
        let mapsTones = try await ToneMappingTrial().works(tools, limit: limit)
        return EncoderReport(findings: findings, renderNode: renderNode, mapsTones: mapsTones)
    }

    private func survey(_ accelerator: Accelerator, built: Set<String>) async throws -> [EncoderFinding] {
        var findings: [EncoderFinding] = []
        var missing: EncoderFinding.Outcome?
        for codec in VideoCodec.allCases {
            var outcome = EncoderFinding.Outcome.notInBuild
            if built.contains(HardwareEncoder.name(codec, on: accelerator)) {
                outcome = if let missing { missing } else { try await self.outcome(of: accelerator, codec) }
            }
            // The card that is away for one codec is so for all.
            if case .deviceMissing = outcome { missing = outcome }
            var holdsTenBits = false
            if case .works(let variant) = outcome, codec != .h264 {
                let trial = EncoderTrial(accelerator, codec, variant, tenBit: true, renderNode: renderNode)
                holdsTenBits = try await trial.fault(tools, limit: limit) == nil
            }
            findings.append(
                EncoderFinding(accelerator: accelerator, codec: codec, outcome: outcome, holdsTenBits: holdsTenBits)
            )
        }
        return findings
    }

    /// The first variant that works, else what the last one failed with.
    private func outcome(of accelerator: Accelerator, _ codec: VideoCodec) async throws -> EncoderFinding.Outcome {
        var outcome = EncoderFinding.Outcome.notInBuild
        for variant in EncoderVariant.candidates(for: accelerator) {
            let trial = EncoderTrial(accelerator, codec, variant, tenBit: false, renderNode: renderNode)
            guard let fault = try await trial.fault(tools, limit: limit) else { return .works(variant) }
            switch fault.kind {
            case .notInBuild: return .notInBuild
            case .deviceMissing: return .deviceMissing(message: fault.description, remedy: fault.remedy)
            case .driver, .exhausted, .lost: return .failed(message: fault.description, remedy: fault.remedy)
            case .unsupported: outcome = .failed(message: fault.description, remedy: fault.remedy)
            }
        }
        return outcome
    }
}
