import SystemPackage
import Testing
import VLogCore

@testable import Transcoding

/// Every option and value for a card, held against what this ffmpeg says of its encoders and filters. ffmpeg itself
/// looks at the values of VA-API's encoders only when it has a card.
@Suite struct HardwareOptionTests {
    /// Options of every encoder, which the help of one does not list.
    private static let general: Set = ["c", "b", "maxrate", "bufsize", "g", "bf", "flags", "tag", "global_quality"]

    @Test(arguments: [Accelerator.nvidia, .vaapi, .qsv], VideoCodec.allCases)
    func encodersTakeTheirOptions(accelerator: Accelerator, codec: VideoCodec) async throws {
        let tools = try MediaTools.locate()
        let name = HardwareEncoder.name(codec, on: accelerator)
        let help = try await ToolHelp.of("encoder=\(name)", tools)
        let built = try await tools.encoders().contains(name)
        #expect(help.options.isEmpty == !built)
        guard built else { return }
        for variant in EncoderVariant.candidates(for: accelerator) {
            for effort in EncodingEffort.allCases {
                let profile = TranscodeProfile(codecs: [codec], effort: effort)
                let plan = try TranscodePlan(
                    source: .probed(1920, 1080),
                    profile: profile,
                    threads: 2,
                    acceleration: Acceleration(accelerator, variants: [codec: variant])
                )
                expect(VideoEncoder(plan: plan, rung: plan.rungs[0]).arguments, fit: help)
            }
        }
    }

    private func expect(_ arguments: [String], fit help: ToolHelp) {
        for index in stride(from: 0, to: arguments.count, by: 2) {
            let option = String(arguments[index].dropFirst().prefix { $0 != ":" })
            guard !HardwareOptionTests.general.contains(option) else { continue }
            let known = help.options[option]
            #expect(known != nil, "\(option)")
            #expect(known?.takes(arguments[index + 1]) ?? false, "\(option) \(arguments[index + 1])")
        }
    }

    @Test(arguments: [Accelerator.nvidia, .vaapi, .qsv])
    func filtersTakeTheirOptions(accelerator: Accelerator) async throws {
        let tools = try MediaTools.locate()
        var fields = try ProbedSource.probed(1920, 1080, fieldOrder: "tt", codec: "hevc")
        let plain = try graph(accelerator, fields)
        fields.video.pixelFormat = "yuv420p10le"
        fields.video.isInterlaced = false
        fields.video.dynamicRange = .perceptualQuantizer
        fields.video.mastering = try .sample
        let used = try filters(plain + ";" + graph(accelerator, fields))
        let own = ["_cuda", "_vaapi", "_qsv", "hwupload", "hwdownload"]
        for filter in used where own.contains(where: filter.name.hasSuffix) {
            let help = try await ToolHelp.of("filter=\(filter.name)", tools)
            for (option, value) in filter.options where option != "extra_hw_frames" {
                let known = help.options[option]
                #expect(known != nil, "\(filter.name) \(option)")
                #expect(known?.takes(value) ?? false, "\(filter.name) \(option)=\(value)")
            }
        }
        #expect(used.contains { $0.name.hasSuffix("hwupload") })
        // Where the card makes no pictures of fields, the previews come from the CPU.
        #expect(used.contains { $0.name.hasPrefix("hwdownload") } || accelerator == .qsv)
    }

    private func graph(_ accelerator: Accelerator, _ source: ProbedSource) throws -> String {
        let acceleration = Acceleration(accelerator)
        let profile = TranscodeProfile(codecs: [.h264, .hevc], keepsHDR: true)
        return try TranscodePlan(source: source, profile: profile, threads: 2, acceleration: acceleration).graph
    }

    /// The filters of a graph; escaped commas belong to values, which none of the looked-at filters has.
    private func filters(_ graph: String) -> [(name: String, options: [(String, String)])] {
        graph.replacing(/\[[^\]]*\]/, with: ",").split(whereSeparator: { $0 == "," || $0 == ";" }).map { filter in
            let parts = filter.split(separator: "=", maxSplits: 1)
            let options = parts.dropFirst().first?.split(separator: ":") ?? []
            return (
                String(parts[0]),
                options.compactMap { option in
                    let pair = option.split(separator: "=", maxSplits: 1)
                    return pair.count == 2 ? (String(pair[0]), String(pair[1])) : nil
                }
            )
        }
    }
}
