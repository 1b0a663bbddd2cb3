import Foundation
import SystemPackage
import VLogCore

/// The programs that read and write video, by absolute path.
package struct MediaTools: Sendable, Equatable {
    package let ffmpeg: FilePath
    package let ffprobe: FilePath

    package init(ffmpeg: FilePath, ffprobe: FilePath) {
        self.ffmpeg = ffmpeg
        self.ffprobe = ffprobe
    }

    /// Takes the paths in `VLOG_FFMPEG` and `VLOG_FFPROBE`, else the first of each name in `PATH`. Throws
    /// `no_encoder` with a sentence that names what is missing.
    package static func locate(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(TranscodeError) -> MediaTools {
        MediaTools(
            ffmpeg: try find("ffmpeg", variable: "VLOG_FFMPEG", environment: environment),
            ffprobe: try find("ffprobe", variable: "VLOG_FFPROBE", environment: environment)
        )
    }

    /// The version of ffmpeg as it tells it, for example `5.1.9-0+deb12u1`.
    package func version() async throws -> String {
        let output = try await ToolProcess(ffmpeg, ["-version"]).outputText()
        let words = output.split(separator: "\n").first?.split(separator: " ") ?? []
        guard words.count > 2, words[0] == "ffmpeg" else {
            throw TranscodeError(.noEncoder, "\(ffmpeg.string) is not ffmpeg.")
        }
        return String(words[2])
    }

    /// The names of the encoders that this ffmpeg has, for example `libx264`. Having one does not say that it works.
    package func encoders() async throws -> Set<String> {
        let output = try await ToolProcess(ffmpeg, ["-hide_banner", "-encoders"]).outputText()
        let lines = output.split(separator: "\n").drop { !$0.contains("------") }.dropFirst()
        return Set(lines.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) })
    }

    private static func find(
        _ name: String,
        variable: String,
        environment: [String: String]
    ) throws(TranscodeError) -> FilePath {
        if let path = environment[variable], !path.isEmpty {
            guard path.hasPrefix("/"), FileManager.default.isExecutableFile(atPath: path) else {
                throw TranscodeError(
                    .noEncoder,
                    "\(variable) names \(path), which is no program with an absolute path."
                )
            }
            return FilePath(path)
        }
        let folders = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        let paths = folders.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
        guard let path = paths.first(where: FileManager.default.isExecutableFile) else {
            throw TranscodeError(
                .noEncoder,
                "\(name) is not installed. On Debian: apt-get install ffmpeg (5.1 or later); or name it in \(variable)."
            )
        }
        return FilePath(path)
    }
}
