import Subprocess
import SystemPackage
import VLogCore

/// Whether the card decodes this very file. ffmpeg goes on with the CPU where it does not, with pictures that then lie
/// on the wrong side of the graph, so a few are decoded and brought back before it is relied upon.
struct DecodingTrial: Sendable {
    let tools: MediaTools
    let plan: TranscodePlan
    let source: FilePath

    /// The reason why not, for the log; nil when it works.
    func refusal() async throws -> String? {
        let outcome: ToolProcess.Outcome<[UInt8]>
        do {
            outcome = try await ToolProcess(tools.ffmpeg, arguments, limit: .seconds(30)).run()
        } catch let error as TranscodeError where error.code == .timeout {
            return error.message
        }
        guard !outcome.status.isSuccess else { return nil }
        let log = outcome.log.text
        return AcceleratorFault(log: log)?.description ?? log.split(separator: "\n").first.map(String.init)
            ?? "\(outcome.status)"
    }

    var arguments: [String] {
        let card = CardFilters(accelerator: plan.accelerator)
        let filters = card.scale(to: PixelSize(320, 180), isHDR: false) + card.download
        return FFmpegArguments.general + plan.acceleration.deviceArguments
            + FFmpegArguments.input(
                source,
                container: plan.source.container,
                threads: 1,
                before: plan.acceleration.decodingArguments
            )
            + ["-map", "0:\(plan.source.video.index)", "-frames:v", "3", "-fps_mode", "passthrough"]
            + ["-vf", filters.joined(separator: ","), "-f", "null", "-"]
    }
}
