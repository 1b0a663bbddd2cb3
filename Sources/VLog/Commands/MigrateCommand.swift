import ArgumentParser
import Catalog
import Foundation
import Logging
import Observability
import Postgres

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database's schema up to this program's.",
        discussion: """
            Works on VLOG_DATABASE_URL. Servers do it by themselves when they start, unless VLOG_MIGRATE is false: an \
            init container does it for them, for example. Any number may run it at once; one does the work. A database \
            of a newer VLog is left alone, and the exit status is 1.
            """
    )

    @Option(help: "Seconds to wait for a database that does not answer yet.")
    var wait = 0

    @OptionGroup var log: LogOptions

    func run() async throws {
        _ = log.bootstrap()
        let logger = Logger(label: "vlog")
        do {
            guard let url = ProcessInfo.processInfo.environment["VLOG_DATABASE_URL"], !url.isEmpty else {
                throw StartError("VLOG_DATABASE_URL is not set.")
            }
            try await migrate(PostgresConfiguration(url: url), logger: logger)
        } catch {
            StandardError.write("error: \(error)\n")
            throw ExitCode(1)
        }
    }

    private func migrate(_ database: PostgresConfiguration, logger: Logger) async throws {
        let deadline = ContinuousClock.now + .seconds(wait)
        while true {
            do {
                try await Migrator(migrations: Catalog.migrations).run(configuration: database, logger: logger)
                logger.info("database schema is current")
                return
            } catch let error as PostgresError where error.isRetryable && ContinuousClock.now < deadline {
                logger.info("database does not answer yet", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(2))
            }
        }
    }
}
