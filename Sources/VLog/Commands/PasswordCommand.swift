import APIServer
import ArgumentParser
import Catalog
import Foundation
import Logging
import Postgres
import PrivatePostgres

struct Password: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set a new administrator's password; ends all sessions.",
        discussion: """
            Works on the database itself: VLOG_DATABASE_URL, or the running `vlog up` of this user. The new password \
            is read from standard input when that is not a terminal; else one is made and printed.
            """
    )

    @Option(help: "The data folder of `vlog up` (VLOG_DATA_DIR).")
    var dataDir: String?

    func run() async throws {
        do {
            try await setPassword(ProcessInfo.processInfo.environment)
        } catch {
            StandardError.write("error: \(error)\n")
            throw ExitCode(1)
        }
    }

    private func setPassword(_ environment: [String: String]) async throws {
        let given = isatty(STDIN_FILENO) == 1 ? nil : readLine()
        let password = given ?? RandomText.password()
        let logger = Logger(label: "vlog") { _ in SwiftLogNoOpLogHandler() }
        let folder = DataFolder(path: dataDir.map(DataFolder.absolute) ?? DataFolder.defaultPath(environment))
        let url =
            environment["VLOG_DATABASE_URL"] ?? PrivatePostgres(directory: folder.postgres, logger: logger).url
        let pool = PostgresPool(
            configuration: PostgresConfiguration(url: url),
            maximumConnections: 1,
            waitLimit: .seconds(10),
            logger: logger
        )
        try await Provisioning.setPassword(password, in: Catalog(pool: pool))
        if given == nil { StandardOutput.write(password + "\n") }
        StandardError.write("the password is changed; everybody has to log in again\n")
    }
}
