import APIServer
import ArgumentParser
import Catalog
import Foundation
import Logging
import Observability
import Postgres

struct Cleanup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tidy storage and database once, and end.",
        discussion: """
            What servers do by themselves every hour: set aside files that no video knows of, remove what was set aside a \
            month ago, what is left of broken uploads and of old transcodes, and sessions that have ended. For a chosen \
            hour of the day, a CronJob for example. VLOG_DATABASE_URL and VLOG_STORAGE_PATH say where.
            """
    )

    @Option(help: ArgumentHelp("Folder of the storage tree (VLOG_STORAGE_PATH).", valueName: "folder"))
    var storage: String?

    @OptionGroup var log: LogOptions

    func run() async throws {
        _ = log.bootstrap()
        do {
            try await tidy(ProcessInfo.processInfo.environment)
        } catch {
            StandardError.write("error: \(error)\n")
            throw ExitCode(1)
        }
    }

    private func tidy(_ environment: [String: String]) async throws {
        let logger = Logger(label: "vlog")
        let place = try ServerPlace(environment, storage: storage)
        let pool = PostgresPool(
            configuration: place.database,
            maximumConnections: 1,
            waitLimit: .seconds(30),
            logger: logger
        )
        try await Migrator(migrations: Catalog.migrations).check(configuration: place.database)
        try await BackgroundWork.tidy(Catalog(pool: pool), storageRoot: place.storageRoot, logger: logger)
    }
}
