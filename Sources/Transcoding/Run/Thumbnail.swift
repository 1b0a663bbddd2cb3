import Foundation
import Subprocess
import SystemPackage
import VLogCore

/// The picture that stands for a video: 640 wide, from 5 s or a quarter into it, whichever is earlier, and not black.
struct Thumbnail: Sendable {
    static let path = OutputPath(rawValue: "thumbnail.jpg")
    static let width = 640

    let tools: MediaTools
    let plan: TranscodePlan
    let source: FilePath

    /// The bytes of a JPEG; nil when nothing could be decoded, which is left to the transcode to tell.
    func make() async throws -> [UInt8]? {
        let notBlack = ["blackframe=amount=0", "metadata=select:key=lavfi.blackframe.pblack:value=90:function=less"]
        if let picture = try await picture(filters: notBlack) { return picture }
        return try await picture(filters: [])
    }

    /// Only key frames are decoded, which is enough to choose from and takes a small part of the time. A picture of a
    /// source with few of them may be from before the wanted time.
    private func picture(filters: [String]) async throws -> [UInt8]? {
        let at = min(5, plan.source.video.end / 4)
        let seek = ["-skip_frame", "nokey", "-noaccurate_seek", "-ss", String(format: "%.3f", at)]
        let filters = (picture + filters + jpeg).joined(separator: ",")
        let arguments =
            FFmpegArguments.general
            + FFmpegArguments.input(source, container: plan.source.container, threads: plan.threads, before: seek)
            // Passed through, because a key frame before the wanted time has a negative one and would be dropped.
            + ["-map", "0:\(plan.source.video.index)", "-frames:v", "1", "-fps_mode", "passthrough", "-vf", filters]
            + ["-c:v", "mjpeg", "-q:v", "4", "-map_metadata", "-1", "-f", "image2pipe", "pipe:1"]
        let outcome = try await ToolProcess(tools.ffmpeg, arguments, limit: .seconds(60)).run()
        let bytes = outcome.output
        return outcome.status.isSuccess && bytes.starts(with: [0xFF, 0xD8]) ? bytes : nil
    }

    private var picture: [String] {
        let video = plan.source.video
        let height = Double(Thumbnail.width) * Double(video.displaySize.height) / Double(video.displaySize.width)
        let size = PixelSize(Thumbnail.width, max(2, Int((height / 2).rounded()) * 2))
        return ColourFilters(video: video, size: size, scaler: FilterGraph.scaler).filters
    }

    private var jpeg: [String] { ["scale=in_range=limited:out_range=full", "format=yuvj420p"] }
}
