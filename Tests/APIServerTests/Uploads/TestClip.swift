import Foundation
import NIOCore
import SystemPackage
import TestSupport
import Transcoding

/// Small files made by ffmpeg, each once per run.
enum TestClip {
    /// Half a second of picture and sound, 128×72.
    static let video = Task { try await make(["-f", "lavfi", "-i", "testsrc2=s=128x72:r=25:d=0.5"] + sound, "v.mp4") }
    /// Sound alone in a container that may hold video.
    static let soundOnly = Task { try await make(sound, "a.mp4") }

    private static let sound = ["-f", "lavfi", "-i", "sine=d=0.5"]

    private static func make(_ inputs: [String], _ name: String) async throws -> ByteBuffer {
        let ffmpeg = try MediaTools.locate().ffmpeg
        return try await withTemporaryDirectory { folder in
            let file = folder.appending(name).string
            let process = Process()
            process.executableURL = URL(filePath: ffmpeg.string)
            process.arguments = ["-v", "error", "-nostdin"] + inputs + ["-shortest", "-preset", "ultrafast", file]
            try await withCheckedThrowingContinuation { continuation in
                process.terminationHandler = { _ in continuation.resume() }
                do { try process.run() } catch { continuation.resume(throwing: error) }
            }
            return ByteBuffer(bytes: try Data(contentsOf: URL(filePath: file)))
        }
    }
}
