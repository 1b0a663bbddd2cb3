import APIServer
import ArgumentParser
import Foundation
import SystemPackage

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run everything on this machine: PostgreSQL, the three APIs with their pages, and a runner.",
        discussion: """
            All data is kept in one folder. The first start makes an administrator's password and prints it once. \
            Ctrl-C stops everything.
            """
    )

    @Option(help: ArgumentHelp("Folder for all data (VLOG_DATA_DIR; \(Up.defaultFolder)).", valueName: "folder"))
    var dataDir: String?

    @Flag(help: "Do not transcode here; other machines do with `vlog runner pull`.")
    var noRunner = false

    @OptionGroup var serve: ServeOptions
    @OptionGroup var encode: EncodeOptions
    @OptionGroup var log: LogOptions

    private static var defaultFolder: String { DataFolder.defaultPath(ProcessInfo.processInfo.environment).string }

    func run() async throws {
        OpenFileLimit.raise()
        EventLoops.matchCores()
        let registry = log.bootstrap()
        let environment = ProcessInfo.processInfo.environment
        let folder = DataFolder(path: dataDir.map(DataFolder.absolute) ?? DataFolder.defaultPath(environment))
        let storage =
            (serve.storage ?? environment["VLOG_STORAGE_PATH"]).map(DataFolder.absolute) ?? folder.storage
        do {
            let platform = LocalPlatform(
                folder: folder,
                storage: storage,
                serve: serve,
                encode: encode,
                runsJobs: !noRunner,
                metrics: registry,
                environment: environment
            )
            try await platform.run()
        } catch {
            StandardError.write("error: \(error)\n")
            throw ExitCode(1)
        }
    }
}
