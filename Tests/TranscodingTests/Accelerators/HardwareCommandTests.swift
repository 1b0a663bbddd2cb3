import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// Every command for a card, run by the real ffmpeg on a machine that has none: the missing card must be all that it
/// complains of. `VLOG_FFMPEG` names another ffmpeg to ask.
@Suite(.serialized) struct HardwareCommandTests {
    private static let sources: [(TestMedia, keepsHDR: Bool)] = [
        (.plain, false), (.tenBit, false), (.gradedHDR, false), (.gradedHDR, true), (.interlaced, false),
        (.rotated, false),
    ]

    /// What ffmpeg says of an option, a value or a filter that it does not know.
    static let complaints = [
        "Unrecognized option", "Option not found", "Unable to parse", "Error setting option", "Error applying option",
        "No such filter", "Filter not found", "Error splitting", "Undefined constant", "Invalid chars",
        "No option name",
        "' not found", "Error initializing filter", "Error initializing complex filters",
    ]

    /// H.264 and HEVC in one command; AV1 apart, because a build may lack it.
    @Test(arguments: [Accelerator.nvidia, .vaapi, .qsv])
    func onlyTheCardIsMissing(accelerator: Accelerator) async throws {
        let tools = try MediaTools.locate()
        let encoders = try await tools.encoders()
        for (media, keepsHDR) in HardwareCommandTests.sources {
            let file = try await media.file()
            let source = try await MediaProbe(tools: tools).probe(file)
            for codecs in [[VideoCodec.h264, .hevc], [.av1]] {
                let isBuilt = codecs.allSatisfy { encoders.contains(HardwareEncoder.name($0, on: accelerator)) }
                for mayDecode in [true, false] {
                    let plan = try plan(source, accelerator, codecs, keepsHDR: keepsHDR, mayDecode: mayDecode)
                    // The same command as without the card's decoder.
                    if mayDecode, !plan.decodesOnCard { continue }
                    try await withTemporaryDirectory { folder in
                        let outputs = plan.tracks.indices.map { folder.appending("\($0).mp4") }
                        let list = FFmpegArguments(plan: plan, source: file, outputs: outputs, folder: folder).list
                        try await expectMissingCard(tools, list, isBuilt: isBuilt)
                        try await expectNoComplaint(tools, withoutDevice(list, plan), isBuilt: isBuilt)
                    }
                }
            }
        }
    }

    @Test(arguments: [Accelerator.nvidia, .vaapi, .qsv], VideoCodec.allCases)
    func everyVariantsOptionsAreKnown(accelerator: Accelerator, codec: VideoCodec) async throws {
        let tools = try MediaTools.locate()
        let built = try await tools.encoders().contains(HardwareEncoder.name(codec, on: accelerator))
        for variant in EncoderVariant.candidates(for: accelerator) {
            for tenBit in codec == .h264 ? [false] : [false, true] {
                let trial = EncoderTrial(accelerator, codec, variant, tenBit: tenBit)
                try await expectMissingCard(tools, trial.arguments, isBuilt: built)
                let encoder = HardwareEncoder(accelerator, codec, variant, tenBit: tenBit).arguments
                let list =
                    FFmpegArguments.general + ["-f", "lavfi", "-i", "testsrc2=d=1"]
                    + ["-vf", "format=\(tenBit ? "p010le" : "nv12")"] + encoder + ["-f", "null", "-"]
                try await expectNoComplaint(tools, list, isBuilt: built)
            }
        }
    }

    @Test(arguments: [Accelerator.nvidia, .vaapi, .qsv])
    func theDecodingTrialFailsForTheCardAlone(accelerator: Accelerator) async throws {
        let tools = try MediaTools.locate()
        let file = try await TestMedia.plain.file()
        let source = try await MediaProbe(tools: tools).probe(file)
        let plan = try TranscodePlan(
            source: source,
            profile: TranscodeProfile(),
            threads: 2,
            acceleration: Acceleration(accelerator)
        )
        let trial = DecodingTrial(tools: tools, plan: plan, source: file)
        try await expectMissingCard(tools, trial.arguments, isBuilt: true)
    }

    private func plan(
        _ source: ProbedSource,
        _ accelerator: Accelerator,
        _ codecs: [VideoCodec],
        keepsHDR: Bool,
        mayDecode: Bool
    ) throws -> TranscodePlan {
        let profile = TranscodeProfile(
            qualities: [360, 180].map(Quality.init(lines:)),
            codecs: codecs,
            keepsHDR: keepsHDR,
            effort: .balanced
        )
        let acceleration = Acceleration(accelerator, mayDecode: mayDecode)
        return try TranscodePlan(source: source, profile: profile, threads: 2, acceleration: acceleration)
    }

    /// The same without what opens the card, which ffmpeg does before it looks at a graph's options.
    private func withoutDevice(_ list: [String], _ plan: TranscodePlan) -> [String] {
        var rest = list
        for part in [plan.acceleration.deviceArguments, plan.acceleration.decodingArguments] where !part.isEmpty {
            if let place = rest.firstRange(of: part) { rest.removeSubrange(place) }
        }
        return rest
    }

    private func expectMissingCard(_ tools: MediaTools, _ arguments: [String], isBuilt: Bool) async throws {
        let outcome = try await ToolProcess(tools.ffmpeg, arguments).run()
        // A machine with such a card may do it all.
        if outcome.status.isSuccess { return }
        let fault = AcceleratorFault(log: outcome.log.text)
        let kind = fault?.kind
        // Some versions look for the encoder first, others for the card.
        let isExpected = kind == .deviceMissing || (kind == .notInBuild && !isBuilt)
        #expect(isExpected, "\(arguments.joined(separator: " "))\n\(outcome.log.text)")
    }

    private func expectNoComplaint(_ tools: MediaTools, _ arguments: [String], isBuilt: Bool) async throws {
        let log = try await ToolProcess(tools.ffmpeg, arguments).run().log.text
        // ffmpeg 9 misses the card when it makes `hwupload`, all options of the graph being read by then.
        let isCardMissed = log.contains("A hardware device reference is required to upload")
        let complaint = HardwareCommandTests.complaints.first {
            log.contains($0) && !(isCardMissed && $0 == "Error initializing filter")
        }
        #expect(complaint == nil, "\(arguments.joined(separator: " "))\n\(log)")
        #expect(log.contains("Unknown encoder") == !isBuilt, "\(log)")
    }
}
