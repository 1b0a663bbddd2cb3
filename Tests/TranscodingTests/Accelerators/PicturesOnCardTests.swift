import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// The graph of a card that decodes, with pictures that really lie on a card: Vulkan's, which Mesa also has without any
/// hardware (`lavapipe`). Only the scaler is Vulkan's own; what gives constant rate, length, cascade and previews is
/// as it is for NVIDIA.
@Suite(.serialized) struct PicturesOnCardTests {
    private static let device = ["-init_hw_device", "vulkan=card:0", "-filter_hw_device", "card"]

    private static func run(_ arguments: [String]) async throws -> (isSuccess: Bool, output: String, log: String) {
        let variables = ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"].compactMap { name in
            ProcessInfo.processInfo.environment[name].map { "\(name)=\($0)" }
        }
        let ffmpeg = try MediaTools.locate().ffmpeg.string
        let outcome = try await ToolProcess("/usr/bin/env", variables + [ffmpeg] + arguments).run()
        return (outcome.status.isSuccess, String(decoding: outcome.output, as: UTF8.self), outcome.log.text)
    }

    private static func hasVulkan() async -> Bool {
        let trial = ["-f", "lavfi", "-i", "testsrc2=d=0.1", "-vf", "format=nv12,hwupload,hwdownload,format=nv12"]
        let outcome = try? await run(FFmpegArguments.general + device + trial + ["-f", "null", "-"])
        return outcome?.isSuccess ?? false
    }

    /// Seconds that the file says, seconds that there are, and the pictures of 30 a second that come out.
    @Test(
        .enabled("no Vulkan device here") { await hasVulkan() },
        arguments: [
            (4.0, 4.0, 120), (3.9, 4.0, 117), (4.5, 4.0, 135), (10.0, 4.0, 119), (2.0, 4.0, 60),
        ]
    )
    func aShortEndIsHeldAndACutOffOneIsNot(said: Double, real: Double, pictures: Int) async throws {
        let source = try ProbedSource.probed(640, 360, seconds: said, soundSeconds: nil)
        let profile = TranscodeProfile(
            qualities: [360, 180].map(Quality.init(lines:)),
            sprites: SpriteLayout(columns: 2, rows: 2, interval: 1)
        )
        let plan = try TranscodePlan(
            source: source,
            profile: profile,
            threads: 2,
            acceleration: Acceleration(.nvidia)
        )
        let outputs = try await withTemporaryDirectory { folder in
            let sheet = folder.appending("sheet_%d.jpg").string
            let outcome = try await PicturesOnCardTests.run(
                FFmpegArguments.general + PicturesOnCardTests.device
                    + ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30:duration=\(real)"]
                    + ["-filter_complex", onVulkan(plan.graph)]
                    + ["-map", "[w0]", "-fps_mode", "passthrough", "-f", "framecrc", "-"]
                    + ["-map", "[w1]", "-fps_mode", "passthrough", "-f", "framecrc", "-"]
                    + ["-map", "[sprites]", "-fps_mode", "passthrough", "-f", "image2", sheet]
            )
            #expect(outcome.isSuccess, "\(outcome.log)")
            return outcome.output.split(separator: "\n").filter { !$0.hasPrefix("#") }
        }
        let times = outputs.compactMap { line in
            line.split(separator: ",").dropFirst().first.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        }
        #expect(times.sorted() == (0..<pictures).flatMap { [$0, $0] })
    }

    /// `[0:0]` uploaded first, the rungs downloaded last.
    private func onVulkan(_ graph: String) -> String {
        let scaled = graph.replacing(/scale_cuda=w=(\d+):h=(\d+)[^,]*/) { "scale_vulkan=w=\($0.1):h=\($0.2)" }
        return scaled.replacing("[0:0]", with: "[0:v]format=nv12,hwupload,")
            + ";[v0]hwdownload,format=nv12[w0];[v1]hwdownload,format=nv12[w1]"
    }
}
