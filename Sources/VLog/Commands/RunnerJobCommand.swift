import ArgumentParser
import Foundation
import Hummingbird
import JobRunner
import Logging
import NIOCore
import ServiceLifecycle
import SystemPackage
import Transcoding
import UnixSignals
import VLogCore

struct RunnerJob: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job",
        abstract: "Transcode one video and end: what a TranscodeJob's pod runs.",
        discussion: """
            With --source and --output it needs no server: run again with the same VLOG_JOB_ID and folder, it goes on \
            where it was stopped. With --server it does the job that the server has for this pod, which it proves to \
            be by the token in VLOG_WORKER_TOKEN_FILE. The exit status tells \
            Kubernetes what to do: 0 done; 65 bad source; 66 no source; 69 something cannot be reached; 70 failed; \
            71 the accelerator does not work; 73 no space; 75 stopped, to be continued; 78 impossible.
            """
    )

    @Option(
        help: ArgumentHelp(
            "The video; addresses in private networks only with VLOG_ALLOW_PRIVATE_SOURCES=true.",
            valueName: "file or url"
        )
    )
    var source: String?

    @Option(help: ArgumentHelp("Where the result goes; it must be empty, or this job's.", valueName: "folder"))
    var output: String?

    @Option(help: ArgumentHelp("The Worker API, instead of a file and a folder.", valueName: "url"))
    var server: String?

    @Option(
        help: ArgumentHelp("Folder for pieces while the job runs (VLOG_SCRATCH_PATH).", valueName: "folder")
    )
    var scratch: String?

    @Option(help: "Port of /health and /progress (VLOG_HEALTH_PORT; 8080); 0 serves none.")
    var healthPort: Int?

    @OptionGroup var profile: ProfileOptions
    @OptionGroup var encode: EncodeOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        let isComplete = server == nil ? source != nil && output != nil : source == nil && output == nil
        guard isComplete else { throw ValidationError("Give --source and --output, or --server alone.") }
    }

    func run() async throws {
        EventLoops.matchCores()
        _ = log.bootstrap()
        let environment = ProcessInfo.processInfo.environment
        let ending: RunnerEnding
        do {
            ending = try await run(environment: environment)
        } catch let error as TranscodeError where error.code == .noEncoder {
            ending = RunnerEnding(.acceleratorFailed, error.message)
        } catch {
            ending = RunnerEnding(.impossible, "\(error)")
        }
        let file = environment["VLOG_TERMINATION_LOG"] ?? "/dev/termination-log"
        ending.leave(in: file)
        guard let code = ending.code else { return }
        StandardError.write("error: \(ending.message.message)\n")
        throw ExitCode(code.rawValue)
    }

    private func run(environment: [String: String]) async throws -> RunnerEnding {
        var logger = Logger(label: "vlog")
        if let trace = environment["VLOG_TRACE_ID"] { logger[metadataKey: "trace.id"] = "\(trace)" }
        let scratch = DataFolder.absolute(
            scratch ?? environment["VLOG_SCRATCH_PATH"] ?? NSTemporaryDirectory() + "vlog-runner"
        )
        let tools = try MediaTools.locate()
        let accelerator = try await encode.choice(tools: tools, scratch: scratch, environment, logger: logger)
        let transcoding = LadderTranscoding(tools: tools, logger: logger, accelerator: accelerator)
        let runner: any SingleJobRunner =
            if let server {
                ServerJobRunner(
                    configuration: try configuration(server, scratch, environment),
                    skills: RunnerSkills(accelerator),
                    transcoding: transcoding,
                    logger: logger
                )
            } else {
                VolumeJobRunner(
                    job: try volumeJob(environment),
                    scratch: scratch,
                    transcoding: transcoding,
                    logger: logger
                )
            }
        try await RunnerServices(healthPort: healthPort, environment: environment, logger: logger).run(runner) { port in
            singleJobHealthApplication(runner, port: port, logger: logger)
        }
        return runner.ending ?? RunnerEnding(.failed, "The runner ended before the job did.")
    }
}

extension RunnerJob {
    private func volumeJob(_ environment: [String: String]) throws -> VolumeJob {
        let id = environment["VLOG_JOB_ID"] ?? ""
        return VolumeJob(
            id: id.isEmpty ? "local" : id,
            source: source(environment),
            output: DataFolder.absolute(output ?? ""),
            profile: try profile.profile(environment: environment)
        )
    }

    private func source(_ environment: [String: String]) -> VolumeJob.Source {
        let source = source ?? ""
        guard source.hasPrefix("http://") || source.hasPrefix("https://") else {
            return .file(DataFolder.absolute(source))
        }
        return .url(source, isPrivateAllowed: environment["VLOG_ALLOW_PRIVATE_SOURCES"] == "true")
    }

    private func configuration(
        _ server: String,
        _ scratch: FilePath,
        _ environment: [String: String]
    ) throws -> RunnerConfiguration {
        guard let url = URL(string: server), url.host != nil else { throw StartError("'\(server)' is not a URL.") }
        guard let token = environment["VLOG_WORKER_TOKEN_FILE"], !token.isEmpty else {
            throw StartError("VLOG_WORKER_TOKEN_FILE must name the file of the pod's token.")
        }
        let name = environment["VLOG_POD_NAME"] ?? ProcessInfo.processInfo.hostName
        return RunnerConfiguration(server: url, tokenFile: DataFolder.absolute(token), name: name, scratch: scratch)
    }
}

extension RunnerEnding {
    /// Where Kubernetes looks for a container's last words. Elsewhere there is no such file, and nobody to read it.
    fileprivate func leave(in file: String) {
        guard let handle = FileHandle(forWritingAtPath: file) else { return }
        let text = (try? JSONCoding.encoder().encode(message)) ?? Data()
        try? handle.write(contentsOf: text)
        try? handle.close()
    }
}

/// `/health` (the process works) and `/progress` (how far it is).
private func singleJobHealthApplication(
    _ runner: any SingleJobRunner,
    port: Int,
    logger: Logger
) -> some ApplicationProtocol {
    let router = Router()
    for path in ["health", "progress"] as [RouterPath] {
        router.get(path) { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONCoding.bytes(of: runner.progress)))
            )
        }
    }
    return Application(
        router: router,
        configuration: ApplicationConfiguration(address: .hostname("0.0.0.0", port: port)),
        logger: logger
    )
}
