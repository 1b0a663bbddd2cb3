import ArgumentParser
import Foundation
import JobRunner
import Logging
import ServiceLifecycle
import Transcoding
import UnixSignals

struct Runner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Transcode for a VLog server.",
        subcommands: [RunnerPull.self]
    )
}

struct RunnerPull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Ask a server for jobs, one after the other, until stopped.",
        discussion: """
            VLOG_WORKER_API_KEY is the key that `vlog worker register` printed. SIGTERM hands the running job back \
            and ends within ten seconds.
            """
    )

    @Option(help: ArgumentHelp("Address of the Worker API (VLOG_WORKER_API_URL).", valueName: "url"))
    var server: String?

    @Option(
        help: ArgumentHelp("Folder for sources and pieces while a job runs (VLOG_SCRATCH_PATH).", valueName: "folder")
    )
    var scratch: String?

    @Option(help: "Name in this runner's log lines (VLOG_WORKER_NAME; the host's name).")
    var name: String?

    @Option(help: "Port of /health, /ready and /progress (VLOG_HEALTH_PORT; 8080); 0 serves none.")
    var healthPort: Int?

    @OptionGroup var log: LogOptions

    func run() async throws {
        _ = log.bootstrap()
        do {
            try await run(environment: ProcessInfo.processInfo.environment)
        } catch {
            StandardError.write("error: \(error)\n")
            throw ExitCode(1)
        }
    }

    private func run(environment: [String: String]) async throws {
        guard let key = environment["VLOG_WORKER_API_KEY"], !key.isEmpty else {
            throw StartError("VLOG_WORKER_API_KEY is not set; `vlog worker register NAME` on the server makes one.")
        }
        guard let server = server ?? environment["VLOG_WORKER_API_URL"], !server.isEmpty else {
            throw StartError("--server or VLOG_WORKER_API_URL must say where the Worker API is.")
        }
        guard let url = URL(string: server), url.host != nil else { throw StartError("'\(server)' is not a URL.") }
        let logger = Logger(label: "vlog")
        let host = ProcessInfo.processInfo.hostName
        let scratch = scratch ?? environment["VLOG_SCRATCH_PATH"] ?? NSTemporaryDirectory() + "vlog-runner"
        let configuration = RunnerConfiguration(
            server: url,
            apiKey: key,
            name: name ?? environment["VLOG_WORKER_NAME"] ?? host,
            scratch: DataFolder.absolute(scratch)
        )
        let runner = PullRunner(
            configuration: configuration,
            transcoding: LadderTranscoding(tools: try MediaTools.locate(), logger: logger),
            logger: logger
        )
        var services: [any Service] = [runner]
        let port = healthPort ?? environment["VLOG_HEALTH_PORT"].flatMap(Int.init) ?? 8080
        if port > 0 { services.insert(runnerHealthApplication(runner, port: port, logger: logger), at: 0) }
        try await ServiceGroup(
            services: services,
            gracefulShutdownSignals: [.sigint, .sigterm],
            logger: logger
        ).run()
    }
}
