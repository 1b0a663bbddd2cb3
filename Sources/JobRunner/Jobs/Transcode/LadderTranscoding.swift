import Logging
import SystemPackage
import Transcoding
import VLogCore

/// The real thing: one ffmpeg that decodes once and encodes every rung.
package struct LadderTranscoding: JobTranscoding {
    private let transcoder: Transcoder

    /// `accelerator` is what encodes where it can; the CPU does the rest.
    package init(tools: MediaTools, logger: Logger, accelerator: AcceleratorChoice = .cpu) {
        transcoder = Transcoder(tools: tools, logger: logger, accelerator: accelerator)
    }

    package func transcode(
        _ source: FilePath,
        profile: TranscodeProfile,
        scratch: FilePath,
        resume: TranscodeCheckpoint?,
        output: JobOutput
    ) async throws -> JobTranscodingResult {
        do {
            let result = try await transcoder.run(
                source: source,
                profile: profile,
                scratch: scratch,
                resume: resume,
                sink: StoringSink(output: output)
            ) { progress in
                await output.report(
                    ProgressReport(stage: progress.stage, percent: progress.percent, qualities: progress.qualities)
                )
            }
            return JobTranscodingResult(
                duration: result.duration,
                renditions: result.renditions,
                resumed: result.resumed,
                encoder: result.encoder
            )
        } catch let error as TranscodeError {
            throw JobFailure(error.code, error.message, logTail: error.logTail, cause: error)
        }
    }
}

/// Hands a transcoder's files to the attempt.
private struct StoringSink: OutputSink {
    let output: JobOutput

    func put(_ path: OutputPath, _ bytes: [UInt8]) async throws { try await output.store(path, bytes) }
    func keep(_ checkpoint: TranscodeCheckpoint) async throws { try await output.keep(checkpoint) }
}
