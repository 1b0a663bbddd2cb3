import Foundation
import Logging
import Observability
import ServiceLifecycle
import Synchronization
import SystemPackage
import VLogCore

/// Does one `VolumeJob` and ends: the runner of a TranscodeJob that needs no server.
package final class VolumeJobRunner: SingleJobRunner {
    private struct State {
        var progress = RunnerProgress(stage: .probing, percent: 0)
        var ending: RunnerEnding?
    }

    private let job: VolumeJob
    private let scratch: FilePath
    private let transcoding: any JobTranscoding
    private let logger: Logger
    private let state = Mutex(State())

    /// `scratch` is a folder that nobody else works in.
    package init(job: VolumeJob, scratch: FilePath, transcoding: any JobTranscoding, logger: Logger) {
        self.job = job
        self.scratch = scratch
        self.transcoding = transcoding
        self.logger = logger
    }

    package var progress: RunnerProgress { state.withLock { $0.progress } }

    package var ending: RunnerEnding? { state.withLock { $0.ending } }

    /// Returns when the job has ended, however it did; on graceful shutdown within seconds, with what is done kept.
    package func run() async {
        let start = ContinuousClock.now
        let ending: RunnerEnding
        do {
            ending = try await cancelWhenGracefulShutdown { try await self.work() }
        } catch {
            ending = Task.isShuttingDownGracefully || Task.isCancelled ? .stopped : RunnerEnding(of: error)
        }
        state.withLock { $0.ending = ending }
        let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
        logger.log(
            level: ending.code == nil || ending.code == .stopped ? .info : .warning,
            "job ended",
            metadata: [
                "outcome": "\(ending.code?.word ?? "Completed")", "reason": "\(ending.message.message)",
                "duration.ms": "\(milliseconds)",
            ]
        )
    }

    private func work() async throws -> RunnerEnding {
        let (job, scratch) = (job, scratch)
        logger.info("job started", metadata: ["output": "\(job.output)"])
        try await blocking {
            try FileManager.default.createDirectory(atPath: scratch.string, withIntermediateDirectories: true)
        }
        let output = OutputFolder(job.output)
        try await output.claim(for: job.id)
        if try await output.isFinished() { return RunnerEnding(nil, "The video was ready already.") }
        let source = try await source()
        let result = try await transcoding.transcode(
            source,
            profile: job.profile,
            scratch: scratch,
            resume: try await output.checkpoint(),
            output: JobOutput(
                store: { try await output.store($0, $1) },
                keep: { try await output.keep($0) },
                report: { report in
                    self.state.withLock { $0.progress = RunnerProgress(stage: report.stage, percent: report.percent) }
                }
            )
        )
        try await output.finish()
        state.withLock { $0.progress = RunnerProgress(stage: .finishing, percent: 100) }
        return RunnerEnding(nil, result.sentence, encoder: result.encoder)
    }

    /// The source as a file.
    private func source() async throws -> FilePath {
        switch job.source {
        case .file(let path):
            try await blocking {
                guard !FileManager.default.isReadableFile(atPath: path.string) else { return }
                let isThere = FileManager.default.fileExists(atPath: path.string)
                throw RunnerEnding(
                    .sourceMissing,
                    "The source \(isThere ? "cannot be read by the runner" : "is not on the volume"): \(path)."
                )
            }
            return path
        case .url(let url, let isPrivateAllowed):
            let target = scratch.appending("source")
            state.withLock { $0.progress = RunnerProgress(stage: .downloading, percent: 0) }
            try await SourceFetch(url: url, isPrivateAllowed: isPrivateAllowed, retry: RetryPolicy()).run(to: target)
            return target
        }
    }
}
