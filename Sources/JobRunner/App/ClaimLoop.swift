import Logging
import Metrics
import Observability
import ServiceLifecycle
import VLogCore

/// Claims one job after the other and does each. A runner has as many of these as it may have jobs at once.
struct ClaimLoop: Sendable {
    let api: WorkerAPIClient
    let scratch: ScratchFolder
    let abilities: RunnerAbilities
    let configuration: RunnerConfiguration
    let transcoding: any JobTranscoding
    let board: RunnerStatusBoard
    /// Whether the runner is to claim no more.
    let isDraining: @Sendable () -> Bool
    let logger: Logger

    /// Returns when the runner stops and the last job has been given back, or when it drains and the last is done.
    func run() async {
        while let claim = await nextJob() { await attempt(claim) }
    }

    private struct Claim: Sendable {
        let job: ClaimedJob
        let sentAt: ContinuousClock.Instant
    }

    /// nil when the runner stops or drains.
    private func nextJob() async -> Claim? {
        guard !Task.isShuttingDownGracefully else { return nil }
        return try? await cancelWhenGracefulShutdown { try await claim() } ?? nil
    }

    private func claim() async throws -> Claim? {
        var backoff = configuration.retry.backoff()
        while true {
            guard !isDraining() else {
                if configuration.endsWhenDrained { return nil }
                try await Task.sleep(for: configuration.shortestPoll)
                continue
            }
            let sent = ContinuousClock.now
            do {
                let capabilities = await abilities.current
                if let job = try await api.send(.claim(wait: configuration.claimWait, capabilities)) {
                    return Claim(job: job, sentAt: sent)
                }
                backoff.reset()
                let rest = configuration.shortestPoll - (ContinuousClock.now - sent)
                if rest > .zero { try await Task.sleep(for: rest) }
            } catch is WorkerAPIError {
                try await Task.sleep(for: backoff.next())
            }
        }
    }

    private func attempt(_ claim: Claim) async {
        let job = claim.job
        var logger = logger
        logger[metadataKey: "job.id"] = "\(job.jobID)"
        logger[metadataKey: "video.id"] = "\(job.videoID)"
        logger[metadataKey: "attempt"] = "\(job.attempt)"
        logger.info("job claimed")
        board.began(job)
        let lease = JobLease(job.lease, sentAt: claim.sentAt)
        let ending = await TranscodeAttempt(
            job: job,
            client: JobClient(job, lease: lease, api: api, retry: configuration.retry),
            scratch: scratch,
            configuration: configuration,
            transcoding: transcoding,
            board: board,
            logger: logger
        ).run()
        board.ended(job.jobID)
        tell(ending, after: ContinuousClock.now - claim.sentAt, logger: logger)
    }

    private func tell(_ ending: AttemptEnding, after duration: Duration, logger: Logger) {
        let milliseconds = Int(duration / .milliseconds(1))
        var metadata: Logger.Metadata = ["outcome": "\(ending.word)", "duration.ms": "\(milliseconds)"]
        switch ending {
        case .completed:
            Timer(label: MetricName.transcodeDuration.rawValue).recordMilliseconds(Int64(milliseconds))
            logger.info("job completed", metadata: metadata)
        case .failed(let failure):
            metadata["error.code"] = "\(failure.code.rawValue)"
            metadata["error"] = "\(failure)"
            logger.warning("job failed", metadata: metadata)
        case .cancelled, .shuttingDown, .gone:
            logger.info("job given up", metadata: metadata)
        case .leaseLost:
            logger.warning("job lost", metadata: metadata)
        }
    }
}
