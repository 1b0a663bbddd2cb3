import AsyncHTTPClient
import Logging
import ServiceLifecycle
import Synchronization
import SystemPackage
import VLogCore

/// Does the one job that a server has for this pod, and ends: the runner of a TranscodeJob whose source is a video.
package final class ServerJobRunner: SingleJobRunner {
    private let configuration: RunnerConfiguration
    private let skills: RunnerSkills
    private let transcoding: any JobTranscoding
    private let board = RunnerStatusBoard()
    private let state = Mutex<RunnerEnding?>(nil)
    private let logger: Logger

    package init(
        configuration: RunnerConfiguration,
        skills: RunnerSkills,
        transcoding: any JobTranscoding,
        logger: Logger
    ) {
        self.configuration = configuration
        self.skills = skills
        self.transcoding = transcoding
        self.logger = logger
    }

    package var progress: RunnerProgress {
        let job = board.health.jobs.first
        return RunnerProgress(stage: job?.stage ?? .downloading, percent: job?.percent ?? 0)
    }

    package var ending: RunnerEnding? { state.withLock { $0 } }

    /// Returns when the job has ended, however it did, and the server knows; on graceful shutdown within seconds, with what
    /// is done kept.
    package func run() async {
        let ending: RunnerEnding
        do {
            ending = try await work()
        } catch {
            ending = Task.isShuttingDownGracefully || Task.isCancelled ? .stopped : RunnerEnding(of: error)
        }
        state.withLock { $0 = ending }
        logger.info(
            "runner ended",
            metadata: ["outcome": "\(ending.code?.word ?? "Completed")", "reason": "\(ending.message.message)"]
        )
    }

    private func work() async throws -> RunnerEnding {
        let root = configuration.scratch
        let scratch = try await blocking { try ScratchFolder(opening: root) }
        defer { scratch.close() }
        _ = try await blocking { try scratch.sweep() }
        let limits = WorkerAPIClient.configuration(uploads: configuration.uploadsInFlight, claimWait: 0)
        return try await HTTPClient.withHTTPClient(configuration: limits) { http in
            let outages = OutageLog(board: board, logger: logger)
            let api = WorkerAPIClient(http: http, configuration, outages: outages)
            return try await attempt(api: api, scratch: scratch)
        }
    }

    private func attempt(api: WorkerAPIClient, scratch: ScratchFolder) async throws -> RunnerEnding {
        let claim: Claim?
        do {
            claim = try await cancelWhenGracefulShutdown { try await self.claim(api, scratch) }
        } catch let error as WorkerAPIError {
            return RunnerEnding(ofClaim: error)
        }
        guard let claim else { return RunnerEnding(nil, "The server has the result already.") }
        let result = RememberedResult(transcoding)
        let work = ClaimedWork(
            api: api,
            scratch: scratch,
            configuration: configuration,
            transcoding: result,
            board: board,
            logger: logger
        )
        return RunnerEnding(await work.attempt(claim), result: result.last)
    }

    /// The job of this pod; nil when there is nothing left to do. Repeated while the server is away, as long as the retry
    /// policy's patience lasts.
    private func claim(_ api: WorkerAPIClient, _ scratch: ScratchFolder) async throws -> Claim? {
        let abilities = RunnerAbilities(configuration, skills, scratch: scratch)
        var backoff = configuration.retry.backoff()
        let start = ContinuousClock.now
        while true {
            let sent = ContinuousClock.now
            do {
                return try await api.send(.claim(wait: 0, await abilities.current)).map { Claim(job: $0, sentAt: sent) }
            } catch let error as WorkerAPIError where error.isRetryable {
                guard ContinuousClock.now - start < configuration.retry.patience else { throw error }
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}

extension RunnerEnding {
    /// Why the server gave no job.
    fileprivate init(ofClaim error: WorkerAPIError) {
        switch error.code {
        // Nothing that another pod could change.
        case .gone:
            self.init(.impossible, "The job has failed already, or was cancelled, or its video is deleted.")
        default: self.init(.unavailable, "The server gave no job: \(error.message).")
        }
    }

    fileprivate init(_ ending: AttemptEnding, result: JobTranscodingResult?) {
        switch ending {
        case .completed:
            self.init(nil, result?.sentence ?? "The server has the result.", encoder: result?.encoder)
        case .failed(let failure): self.init(of: failure)
        case .cancelled, .gone: self.init(.stopped, "The job was cancelled, or its video deleted.")
        case .shuttingDown: self = .stopped
        case .leaseLost: self.init(.stopped, "The server gave the job to another runner, or was away for too long.")
        }
    }
}

/// Keeps what came of the last transcode, for the runner's last words.
private final class RememberedResult: JobTranscoding {
    private let transcoding: any JobTranscoding
    private let result = Mutex<JobTranscodingResult?>(nil)

    init(_ transcoding: any JobTranscoding) { self.transcoding = transcoding }

    var last: JobTranscodingResult? { result.withLock { $0 } }

    func transcode(
        _ source: FilePath,
        profile: TranscodeProfile,
        scratch: FilePath,
        resume: TranscodeCheckpoint?,
        output: JobOutput
    ) async throws -> JobTranscodingResult {
        let made = try await transcoding.transcode(
            source,
            profile: profile,
            scratch: scratch,
            resume: resume,
            output: output
        )
        result.withLock { $0 = made }
        return made
    }
}
