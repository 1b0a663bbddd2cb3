import AsyncHTTPClient
import Foundation
import Logging
import Metrics
import Observability
import ServiceLifecycle
import VLogCore

/// Asks a server for jobs and does them, until it is told to stop. `vlog up` runs one against itself over loopback;
/// `vlog runner pull` runs one against a server elsewhere. There is no difference between the two.
///
/// First of all it proves what the machine can do. One that can do nothing stays, says so to the server, which shows it and
/// gives it no jobs, and tries again every few minutes.
///
/// When the server drains it, it finishes its jobs and returns, or waits to be given jobs again (`endsWhenDrained`). On
/// graceful shutdown it claims no more, stops ffmpeg, gives its lease back and returns within ten seconds.
package struct PullRunner: Service {
    /// More than so many jobs at once are done only when somebody says so.
    private static let mostJobsUnasked = 4

    private let configuration: RunnerConfiguration
    private let preflight: any Preflight
    private let board = RunnerStatusBoard()
    private let logger: Logger

    package init(configuration: RunnerConfiguration, preflight: any Preflight, logger: Logger) {
        self.configuration = configuration
        self.preflight = preflight
        self.logger = logger
    }

    /// What the runner is doing at this moment.
    package var health: RunnerHealth { board.health }

    /// Throws `RunnerError` when it cannot start; a server that is away is no reason.
    package func run() async throws {
        let root = configuration.scratch
        let scratch = try await blocking { try ScratchFolder(opening: root) }
        do {
            try await work(in: scratch)
        } catch {
            scratch.close()
            throw error
        }
        scratch.close()
    }

    private func work(in scratch: ScratchFolder) async throws {
        let leftovers = try await blocking { try scratch.sweep() }
        if !leftovers.isEmpty { logger.info("scratch folder swept", metadata: ["folders": "\(leftovers.count)"]) }
        let limits = WorkerAPIClient.configuration(
            uploads: configuration.uploadsInFlight * (configuration.jobsAtOnce ?? Self.mostJobsUnasked),
            claimWait: configuration.claimWait
        )
        try await HTTPClient.withHTTPClient(configuration: limits) { http in
            await serve(through: http, scratch: scratch)
        }
    }

    private func serve(through http: HTTPClient, scratch: ScratchFolder) async {
        let outages = OutageLog(board: board, logger: logger)
        let api = WorkerAPIClient(http: http, configuration, outages: outages)
        logger.info("runner started", metadata: ["server": "\(configuration.server)", "name": "\(configuration.name)"])
        await withGracefulShutdownHandler {
            guard let (skills, transcoding) = await becomeFit(api: api, scratch: scratch) else { return }
            let abilities = RunnerAbilities(configuration, skills, scratch: scratch)
            await withTaskGroup { group in
                group.addTask { await heartbeat(api, abilities).run() }
                await withTaskGroup { slots in
                    for _ in 0..<max(1, configuration.jobsAtOnce ?? min(skills.jobsAtOnce, Self.mostJobsUnasked)) {
                        slots.addTask {
                            await slot(api: api, scratch: scratch, abilities: abilities, transcoding: transcoding).run()
                        }
                    }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: { [board] in
            board.stopping()
        }
        logger.info("runner stopped")
    }

    /// What the machine can do, once it can do something; nil when the runner is stopped before, or drained.
    private func becomeFit(
        api: WorkerAPIClient,
        scratch: ScratchFolder
    ) async -> (RunnerSkills, any JobTranscoding)? {
        while true {
            guard let fitness = try? await cancelWhenGracefulShutdown({ try await preflight.check() }) else {
                return nil
            }
            switch fitness {
            case .able(let skills, let transcoding):
                board.setFit(true)
                return (skills, transcoding)
            case .unfit(let fault):
                board.setFit(false)
                logger.warning("runner unfit", metadata: ["error": "\(fault)"])
                let abilities = RunnerAbilities(configuration, fault: fault, scratch: scratch)
                await withTaskGroup { group in
                    group.addTask { await heartbeat(api, abilities).run() }
                    // Cut short by the stop, which the next look at the machine sees, and by the drain.
                    try? await cancelWhenGracefulShutdown { try await pauseUnfit() }
                    group.cancelAll()
                }
                if Task.isShuttingDownGracefully || board.isDraining && configuration.endsWhenDrained { return nil }
            }
        }
    }

    private func pauseUnfit() async throws {
        let end = ContinuousClock.now + configuration.preflightPause
        while ContinuousClock.now < end, !(board.isDraining && configuration.endsWhenDrained) {
            try await Task.sleep(for: min(configuration.preflightPause, configuration.shortestPoll))
        }
    }

    private func heartbeat(_ api: WorkerAPIClient, _ abilities: RunnerAbilities) -> Heartbeat {
        Heartbeat(api: api, abilities: abilities, retry: configuration.retry) { [board, logger] drain in
            if board.setDraining(drain) { logger.info("runner drain", metadata: ["draining": "\(drain)"]) }
        }
    }

    private func slot(
        api: WorkerAPIClient,
        scratch: ScratchFolder,
        abilities: RunnerAbilities,
        transcoding: any JobTranscoding
    ) -> ClaimLoop {
        let work = ClaimedWork(
            api: api,
            scratch: scratch,
            configuration: configuration,
            transcoding: transcoding,
            board: board,
            logger: logger
        )
        return ClaimLoop(work: work, abilities: abilities) { [board] in board.isDraining }
    }
}
