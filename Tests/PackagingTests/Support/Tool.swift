import Foundation
import Subprocess
import SystemPackage
import TestSupport

/// Runs ffmpeg or ffprobe to its end; a test fails when it does not end well.
enum Tool {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    struct Output {
        let text: String
        /// What was said at level `warning` and above.
        let warnings: String
    }

    static func ffmpeg(_ arguments: [String], in folder: URL) async throws -> Output {
        try await run("ffmpeg", ["-nostdin", "-y", "-v", "warning"] + arguments, in: folder)
    }

    /// Values of `entries`, one line per stream or frame.
    static func ffprobe(_ arguments: [String], in folder: URL) async throws -> Output {
        try await run("ffprobe", ["-v", "warning", "-of", "csv=p=0"] + arguments, in: folder)
    }

    private static func run(_ name: String, _ arguments: [String], in folder: URL) async throws -> Output {
        let result = try await Subprocess.run(
            .name(name),
            arguments: Arguments(arguments),
            workingDirectory: FilePath(folder.path),
            input: .none,
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        guard result.terminationStatus.isSuccess else {
            throw Failed(description: "\(name) \(arguments.joined(separator: " ")): \(result.standardError)")
        }
        return Output(text: result.standardOutput, warnings: result.standardError)
    }
}

func withTemporaryFolder<Output>(_ body: (URL) async throws -> Output) async throws -> Output {
    try await withTemporaryDirectory { try await body(URL(filePath: $0.string, directoryHint: .isDirectory)) }
}
