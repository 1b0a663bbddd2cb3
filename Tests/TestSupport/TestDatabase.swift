import Logging
import Postgres

/// Fresh databases on one private server per test process.
package enum TestDatabase {
    /// Calls `body` with a new, empty database and drops it afterwards, whoever is still connected. Few at once, so that
    /// the connections of tests that run beside each other do not add up.
    package static func withTemporaryDatabase<Output>(
        _ body: (PostgresConfiguration) async throws -> Output
    ) async throws -> Output {
        let server = try await TestServer.shared.acquire()
        let name = "test_\(UInt64.random(in: 0..<(.max)))"
        let maintenance = PostgresPool(
            configuration: PostgresConfiguration(url: server),
            maximumConnections: 1,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let outcome: Result<Output, any Error>
        do {
            try await maintenance.execute(SQLQuery(stringLiteral: "CREATE DATABASE \(name)"))
            let url = server.replacing("@/vlog?", with: "@/\(name)?")
            outcome = .success(try await body(PostgresConfiguration(url: url, applicationName: "test")))
        } catch {
            outcome = .failure(error)
        }
        _ = try? await maintenance.execute(SQLQuery(stringLiteral: "DROP DATABASE IF EXISTS \(name) WITH (FORCE)"))
        await TestServer.shared.release()
        return try outcome.get()
    }
}
