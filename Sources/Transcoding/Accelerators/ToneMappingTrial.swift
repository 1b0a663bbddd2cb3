import Subprocess
import VLogCore

/// A run of ffmpeg that sends two HDR pictures through the filters of every HDR source, and drops the result. Not every
/// build has them.
struct ToneMappingTrial: Sendable {
    private static let size = PixelSize(320, 180)

    var arguments: [String] {
        let filters =
            ["format=yuv420p10le"]
            + ColourFilters.toneMapping(from: "smpte2084", size: ToneMappingTrial.size, scaler: "bicubic")
        return FFmpegArguments.general
            + ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30:duration=1", "-frames:v", "2"]
            + ["-vf", filters.joined(separator: ","), "-f", "null", "-"]
    }

    func works(_ tools: MediaTools, limit: Duration) async throws -> Bool {
        do {
            return try await ToolProcess(tools.ffmpeg, arguments, limit: limit).run().status.isSuccess
        } catch let error as TranscodeError where error.code == .timeout {
            return false
        }
    }
}
