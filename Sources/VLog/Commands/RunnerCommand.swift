import ArgumentParser
import Foundation
import JobRunner
import Logging
import ServiceLifecycle
import Transcoding
import UnixSignals

struct Runner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Transcode, for a VLog server or one file.",
        subcommands: [RunnerPull.self, RunnerJob.self]
    )
}

struct RunnerPull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Ask a server for jobs, one after the other, until stopped.",
        discussion: """
            VLOG_WORKER_API_KEY is the key that `vlog worker register` printed. SIGTERM hands the running job back \
            and ends within ten seconds; `vlog worker drain` lets it finish first.
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

    @Option(
        help: ArgumentHelp(
            "Takes no source with more lines than this (VLOG_LARGEST_SOURCE; as the memory allows); 0 takes any.",
            valueName: "lines"
        )
    )
    var largestSource: Int?

    @Option(
        help:
            "Jobs at once (VLOG_RUNNER_JOBS; 1 on the CPU, on a card as many as its sessions hold, 2 without a limit)."
    )
    var jobs: Int?

    @Option(help: "Port of /health, /ready and /progress (VLOG_HEALTH_PORT; 8080); 0 serves none.")
    var healthPort: Int?

    @Option(
        help: """
            How results are sent (VLOG_UPLOAD_MODE): segments, each as soon as it is made, or archive, all in one piece at \
            the end, kept on the scratch disk until then.
            """
    )
    var upload: String?

    @OptionGroup var encode: EncodeOptions
    @OptionGroup var log: LogOptions

    func run() async throws {
        EventLoops.matchCores()
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
        let uploadMode = try RunnerPull.uploadMode(upload ?? environment["VLOG_UPLOAD_MODE"])
        let logger = Logger(label: "vlog")
        let host = ProcessInfo.processInfo.hostName
        let scratch = scratch ?? environment["VLOG_SCRATCH_PATH"] ?? NSTemporaryDirectory() + "vlog-runner"
        let tools = try MediaTools.locate()
        let folder = DataFolder.absolute(scratch)
        try encode.check(environment)
        var configuration = RunnerConfiguration(
            server: url,
            apiKey: key,
            name: name ?? environment["VLOG_WORKER_NAME"] ?? host,
            scratch: folder
        )
        configuration.largestSource = try chosenLargestSource(environment)
        configuration.uploadMode = uploadMode
        configuration.jobsAtOnce = try chosenJobs(environment)
        let preflight = EncoderPreflight(
            encode: encode,
            tools: tools,
            scratch: folder,
            environment: environment,
            logger: logger
        )
        let runner = PullRunner(configuration: configuration, preflight: preflight, logger: logger)
        try await RunnerServices(healthPort: healthPort, environment: environment, logger: logger).run(runner) { port in
            runnerHealthApplication(runner, port: port, logger: logger)
        }
    }

    private func chosenJobs(_ environment: [String: String]) throws -> Int? {
        guard let text = jobs.map(String.init) ?? environment["VLOG_RUNNER_JOBS"], !text.isEmpty else { return nil }
        guard let count = Int(text), (1...64).contains(count) else {
            throw StartError("VLOG_RUNNER_JOBS: '\(text)' is not a number from 1 to 64.")
        }
        return count
    }

    private func chosenLargestSource(_ environment: [String: String]) throws -> Int? {
        guard let text = largestSource.map(String.init) ?? environment["VLOG_LARGEST_SOURCE"], !text.isEmpty else {
            return MemoryShare.largestSource(in: MemoryShare.bytes)
        }
        guard let lines = Int(text), lines >= 0 else {
            throw StartError("VLOG_LARGEST_SOURCE: '\(text)' is not a number of lines; 0 takes any source.")
        }
        return lines == 0 ? nil : lines
    }

    static func uploadMode(_ text: String?) throws -> UploadMode {
        guard let text, !text.isEmpty else { return .segments }
        guard let mode = UploadMode(rawValue: text) else {
            throw StartError("--upload: '\(text)' is no way to send results; there are segments and archive.")
        }
        return mode
    }
}
