import Logging
import ServiceLifecycle
import SystemPackage
import VLogCore

/// One attempt at a job, from the claim to the last word to the server. What goes wrong in it stays in it.
struct TranscodeAttempt: Sendable {
    let job: ClaimedJob
    let client: JobClient
    let scratch: ScratchFolder
    let configuration: RunnerConfiguration
    let transcoding: any JobTranscoding
    let board: RunnerStatusBoard
    let logger: Logger

    private let mailbox = ProgressMailbox()

    init(
        job: ClaimedJob,
        client: JobClient,
        scratch: ScratchFolder,
        configuration: RunnerConfiguration,
        transcoding: any JobTranscoding,
        board: RunnerStatusBoard,
        logger: Logger
    ) {
        self.job = job
        self.client = client
        self.scratch = scratch
        self.configuration = configuration
        self.transcoding = transcoding
        self.board = board
        self.logger = logger
    }

    /// Returns when nothing of the attempt runs any more, nothing of it is on the disk, and the server knows.
    func run() async -> AttemptEnding {
        let scratch = scratch
        let job = job
        let ending: AttemptEnding
        do {
            let folder = try await blocking { try scratch.make(for: job) }
            ending = await firstEnding(in: folder)
            await remove(folder)
        } catch {
            ending = AttemptEnding(of: error)
        }
        await tellServer(ending)
        return ending
    }

    /// What cannot be removed now is swept when the runner starts again.
    private func remove(_ folder: FilePath) async {
        let scratch = scratch
        do {
            try await blocking { try scratch.remove(folder) }
        } catch {
            logger.warning("scratch folder not removed", metadata: ["error": "\(error)"])
        }
    }

    /// Whatever ends first ends the rest, and all of it is over when this returns.
    private func firstEnding(in folder: FilePath) async -> AttemptEnding {
        await withTaskGroup(of: AttemptEnding?.self) { group in
            group.addTask { await produce(in: folder) }
            group.addTask { await keepLease() }
            group.addTask { await sendProgress() }
            group.addTask { await client.lease.ending() }
            group.addTask { await shutdown() }
            var decided: AttemptEnding?
            for await ending in group {
                guard let ending else { continue }
                decided = AttemptEnding.stronger(decided, ending)
                group.cancelAll()
            }
            return decided ?? .shuttingDown
        }
    }

    private func shutdown() async -> AttemptEnding? {
        do {
            try await gracefulShutdown()
            return .shuttingDown
        } catch {
            return nil
        }
    }

    private func sendProgress() async -> AttemptEnding? {
        try? await mailbox.deliver(through: client, retry: configuration.retry)
        return nil
    }

    /// Renews at every quarter of the lease's length, whatever else goes on.
    private func keepLease() async -> AttemptEnding? {
        do {
            while true {
                try await Task.sleep(for: client.lease.length / 4)
                try await renewUntilAnswered()
            }
        } catch {
            return nil
        }
    }

    private func renewUntilAnswered() async throws {
        let quarter = client.lease.length / 4
        var backoff = Backoff(first: min(.milliseconds(500), quarter), ceiling: quarter)
        while true {
            do {
                return try await client.renew()
            } catch let error as WorkerAPIError {
                if client.lease.isExpired { client.lease.end(.leaseLost) }
                logger.debug("lease not renewed", metadata: ["error.code": "\(error.code.rawValue)"])
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}

extension TranscodeAttempt {
    /// The work itself; nil when it was cancelled, for somebody else has decided then.
    private func produce(in folder: FilePath) async -> AttemptEnding? {
        do {
            let source = folder.appending("source")
            try await download(to: source)
            let delivery = try await makeDelivery(in: folder)
            let checkpoint = try await client.checkpoint().map { delivery.takingUp($0) }
            let result = try await transcode(source, in: folder, from: checkpoint, delivery: delivery)
            await report(ProgressReport(stage: .finishing, percent: ProgressReport.almostDone, qualities: []))
            client.lease.beginCompleting()
            try await client.complete(
                CompleteRequest(
                    duration: result.duration,
                    renditions: result.renditions,
                    files: delivery.files(with: result.resumed),
                    encoder: result.encoder
                )
            )
            return .completed
        } catch {
            return Task.isCancelled ? nil : AttemptEnding(of: error)
        }
    }

    private func download(to source: FilePath) async throws {
        try await requireRoom(job.sourceBytes)
        let total = Double(max(1, job.sourceBytes))
        await report(ProgressReport(stage: .downloading, percent: 0, qualities: []))
        try await SourceDownload(job: job, client: client, retry: configuration.retry).run(to: source) { bytes in
            let share = Double(bytes) / total * ProgressReport.downloadShare
            await report(ProgressReport(stage: .downloading, percent: share, qualities: []))
        }
    }

    private func makeDelivery(in folder: FilePath) async throws -> any ResultDelivery {
        let present = try await client.files()
        logger.debug("files already there", metadata: ["count": "\(present.count)"])
        switch configuration.uploadMode {
        case .segments: return SegmentDelivery(client: client, present: present, configuration: configuration)
        case .archive:
            return ArchiveDelivery(
                client: client,
                present: present,
                folder: folder.appending("result"),
                pause: configuration.retry.first,
                requireRoom: { try await requireRoom(Int64($0)) },
                onSending: {
                    await report(ProgressReport(stage: .uploading, percent: ProgressReport.almostDone, qualities: []))
                }
            )
        }
    }

    private func requireRoom(_ bytes: Int64) async throws {
        let scratch = scratch
        let free = try await blocking { try scratch.freeBytes() }
        guard free - configuration.scratchReserve >= bytes else { throw JobFailure.scratchFull() }
    }

    /// Transcodes, and delivers what comes out of it; returns when all of it has arrived.
    private func transcode(
        _ source: FilePath,
        in folder: FilePath,
        from checkpoint: TranscodeCheckpoint?,
        delivery: any ResultDelivery
    ) async throws -> JobTranscodingResult {
        try await delivery.delivering {
            try await transcoding.transcode(
                source,
                profile: job.profile,
                scratch: folder,
                resume: checkpoint,
                output: JobOutput(
                    store: { try await delivery.store($0, $1) },
                    keep: { try await delivery.keep($0) },
                    report: { await report($0.afterDownload()) }
                )
            )
        }
    }

    private func report(_ report: ProgressReport) async {
        mailbox.post(report)
        board.progressed(job.jobID, report)
    }
}

extension TranscodeAttempt {
    /// `fail` or `release`, said even when the runner's own task has been cancelled, hence in a task of its own.
    private func tellServer(_ ending: AttemptEnding) async {
        let client = client
        switch ending {
        case .completed, .leaseLost, .gone: return
        case .failed(let failure):
            let isHurried = Task.isCancelled
            await Task { await lastWord(isHurried: isHurried) { try await client.fail(failure) } }.value
        case .cancelled, .shuttingDown:
            await Task { await lastWord(isHurried: true) { try await client.release() } }.value
        }
    }

    /// Repeats the call as long as the lease lasts, but only a few seconds once there is hurry or the runner stops.
    private func lastWord(isHurried: Bool, _ call: @escaping @Sendable () async throws -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await call()
                } catch {
                    logger.debug("last word not taken", metadata: ["error": "\(error)"])
                }
            }
            group.addTask {
                do {
                    if !isHurried { try await gracefulShutdown() }
                    try await Task.sleep(for: configuration.farewell)
                } catch {
                    return
                }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
