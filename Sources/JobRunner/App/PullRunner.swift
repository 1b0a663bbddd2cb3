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
/// On graceful shutdown it claims no more, stops ffmpeg, gives its lease back and returns within ten seconds.
package struct PullRunner: Service {
    private let configuration: RunnerConfiguration
    private let transcoding: any JobTranscoding
    private let board = RunnerStatusBoard()
    private let logger: Logger

    package init(configuration: RunnerConfiguration, transcoding: any JobTranscoding, logger: Logger) {
        self.configuration = configuration
        self.transcoding = transcoding
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
            uploads: configuration.uploadsInFlight * configuration.slots,
            claimWait: configuration.claimWait
        )
        try await HTTPClient.withHTTPClient(configuration: limits) { http in
            await serve(through: http, scratch: scratch)
        }
    }

    private func serve(through http: HTTPClient, scratch: ScratchFolder) async {
        let outages = OutageLog(board: board, logger: logger)
        let api = WorkerAPIClient(
            http: http,
            server: configuration.server,
            apiKey: configuration.apiKey,
            outages: outages
        )
        logger.info("runner started", metadata: ["server": "\(configuration.server)", "name": "\(configuration.name)"])
        await withGracefulShutdownHandler {
            await withTaskGroup { group in
                group.addTask { await Heartbeat(api: api, scratch: scratch, configuration: configuration).run() }
                for _ in 0..<max(1, configuration.slots) {
                    group.addTask { await slot(api: api, scratch: scratch).run() }
                }
            }
        } onGracefulShutdown: { [board] in
            board.stopping()
        }
        logger.info("runner stopped")
    }

    private func slot(api: WorkerAPIClient, scratch: ScratchFolder) -> ClaimLoop {
        ClaimLoop(
            api: api,
            scratch: scratch,
            configuration: configuration,
            transcoding: transcoding,
            board: board,
            logger: logger
        )
    }
}
