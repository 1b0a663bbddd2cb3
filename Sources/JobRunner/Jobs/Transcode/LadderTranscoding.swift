import Logging
import SystemPackage
import Transcoding
import VLogCore

/// The real thing: one ffmpeg that decodes once and encodes every rung.
package struct LadderTranscoding: JobTranscoding {
    private let transcoder: Transcoder

    package init(tools: MediaTools, logger: Logger) { transcoder = Transcoder(tools: tools, logger: logger) }

    package func transcode(
        _ source: FilePath,
        profile: TranscodeProfile,
        scratch: FilePath,
        store: @escaping @Sendable (OutputPath, [UInt8]) async throws -> Void,
        report: @escaping @Sendable (ProgressReport) async -> Void
    ) async throws -> JobTranscodingResult {
        do {
            let result = try await transcoder.run(
                source: source,
                profile: profile,
                scratch: scratch,
                sink: StoringSink(store: store)
            ) { progress in
                await report(
                    ProgressReport(stage: progress.stage, percent: progress.percent, qualities: progress.qualities)
                )
            }
            return JobTranscodingResult(duration: result.duration, renditions: result.renditions)
        } catch let error as TranscodeError {
            throw JobFailure(error.code, error.message, logTail: error.logTail, cause: error)
        }
    }
}

/// Hands a transcoder's files to the attempt.
private struct StoringSink: OutputSink {
    let store: @Sendable (OutputPath, [UInt8]) async throws -> Void

    func put(_ path: OutputPath, _ bytes: [UInt8]) async throws { try await store(path, bytes) }
}
