import ArgumentParser
import Foundation
import VLogCore

struct Worker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manage the machines that transcode.",
        subcommands: [WorkerRegister.self, WorkerList.self, WorkerRotate.self, WorkerRevoke.self, WorkerDrain.self]
    )
}

/// Where keys are made: the Worker API, which listens elsewhere than the Admin API.
struct WorkerAPIOptions: ParsableArguments {
    private static let defaultURL = "http://127.0.0.1:9002"

    @Option(
        help: ArgumentHelp(
            "Address of the Worker API (VLOG_WORKER_API_URL; \(WorkerAPIOptions.defaultURL)).",
            valueName: "url"
        )
    )
    var server: String?

    var url: String {
        server ?? ProcessInfo.processInfo.environment["VLOG_WORKER_API_URL"] ?? Self.defaultURL
    }
}

struct WorkerRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Make a key for a runner and print it; it cannot be shown again.",
        discussion: "Registering a name again gives it a new key and ends the old one."
    )

    @Argument(help: "The runner's name.")
    var name: String

    @OptionGroup var workerAPI: WorkerAPIOptions

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let answer = try await client.register(worker: name, at: workerAPI.url)
            if options.json { return try StandardOutput.writeJSON(answer) }
            StandardOutput.write(answer.apiKey + "\n")
        }
    }
}

struct WorkerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List runners and what they do.")

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let page = try await client.workers()
            if options.json { return try StandardOutput.writeJSON(page) }
            guard !page.items.isEmpty else { return StandardOutput.write("no runners\n") }
            let rows = page.items.map { worker in
                [
                    "\(worker.id)", worker.status.rawValue, worker.version ?? "-",
                    worker.codecs.isEmpty ? "-" : worker.codecs.joined(separator: ","),
                    worker.accelerators.isEmpty ? "-" : worker.accelerators.joined(separator: ","),
                    worker.activeJobs.map(\.description).joined(separator: ","),
                    TextFormat.time(worker.lastSeenAt), TextFormat.plain(worker.name),
                ]
            }
            StandardOutput.write(
                TextFormat.table(
                    ["ID", "STATUS", "VERSION", "CODECS", "ENCODES ON", "JOBS", "LAST SEEN", "NAME"],
                    rows
                )
            )
            for worker in page.items {
                guard let fault = worker.fault else { continue }
                StandardOutput.write("\(TextFormat.plain(worker.name)): \(TextFormat.plain(fault))\n")
            }
        }
    }
}

struct WorkerRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a runner a new key and print it; the old one ends.",
        discussion: "Restart the runner with the new key; what it was doing goes on from its last segments."
    )

    @Argument(help: "The runner's id or name.")
    var worker: String

    @OptionGroup var workerAPI: WorkerAPIOptions

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let known = try await client.worker(worker)
            let answer = try await client.register(worker: known.name, at: workerAPI.url)
            if options.json { return try StandardOutput.writeJSON(answer) }
            StandardOutput.write(answer.apiKey + "\n")
        }
    }
}

struct WorkerRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a runner's key at once.",
        discussion: "A job that it has goes to another runner when its lease ends."
    )

    @Argument(help: "The runner's id or name.")
    var worker: String

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let known = try await client.worker(worker)
            try await client.revokeKeys(of: known.id)
            StandardError.write("\(TextFormat.plain(known.name)) has no key any more\n")
        }
    }
}

struct WorkerDrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Let a runner end when its job is done; it gets no other."
    )

    @Argument(help: "The runner's id or name.")
    var worker: String

    @Flag(help: "Give it jobs again.")
    var undo = false

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let known = try await client.worker(worker)
            try await client.setDraining(known.id, !undo)
            let name = TextFormat.plain(known.name)
            StandardError.write(undo ? "\(name) gets jobs again\n" : "\(name) ends when its job is done\n")
        }
    }
}
