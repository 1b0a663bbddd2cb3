import ArgumentParser
import Foundation
import VLogCore

struct Worker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manage the machines that transcode.",
        subcommands: [WorkerRegister.self, WorkerList.self]
    )
}

struct WorkerRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Make a key for a runner and print it; it cannot be shown again.",
        discussion: "Registering a name again gives it a new key and ends the old one."
    )

    @Argument(help: "The runner's name.")
    var name: String

    @Option(
        help: ArgumentHelp(
            "Address of the Worker API (VLOG_WORKER_API_URL; \(WorkerRegister.defaultURL)).",
            valueName: "url"
        )
    )
    var server: String?

    @OptionGroup var options: ClientOptions

    private static let defaultURL = "http://127.0.0.1:9002"

    func run() async throws {
        let url = server ?? ProcessInfo.processInfo.environment["VLOG_WORKER_API_URL"] ?? WorkerRegister.defaultURL
        try await options.withClient { client in
            let answer = try await client.register(worker: name, at: url)
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
                    worker.activeJobs.map(\.description).joined(separator: ","),
                    TextFormat.time(worker.lastSeenAt), TextFormat.plain(worker.name),
                ]
            }
            StandardOutput.write(TextFormat.table(["ID", "STATUS", "VERSION", "JOBS", "LAST SEEN", "NAME"], rows))
        }
    }
}
