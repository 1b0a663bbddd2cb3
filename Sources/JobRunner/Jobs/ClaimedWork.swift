import Logging
import Metrics
import Observability
import VLogCore

/// A job that the server has just given, and when it was asked for.
struct Claim: Sendable {
    let job: ClaimedJob
    let sentAt: ContinuousClock.Instant
}

/// Does jobs that have been claimed.
struct ClaimedWork: Sendable {
    let api: WorkerAPIClient
    let scratch: ScratchFolder
    let configuration: RunnerConfiguration
    let transcoding: any JobTranscoding
    let board: RunnerStatusBoard
    let logger: Logger

    /// Returns when the server knows how it ended.
    func attempt(_ claim: Claim) async -> AttemptEnding {
        let job = claim.job
        var logger = logger
        logger[metadataKey: "job.id"] = "\(job.jobID)"
        logger[metadataKey: "video.id"] = "\(job.videoID)"
        logger[metadataKey: "attempt"] = "\(job.attempt)"
        if let trace = job.traceID { logger[metadataKey: "trace.id"] = "\(trace)" }
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
        return ending
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
