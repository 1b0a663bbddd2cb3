import Hummingbird
import Logging
import Postgres
import VLogCore

/// `GET /health`, the same on each API: 200 when the server can do its work, 503 when the database is away.
package struct HealthRoutes: Sendable {
    let pool: PostgresPool

    package init(_ services: ServerServices) { pool = services.pool }

    package func add(to router: some RouterMethods<some APIContext>) {
        router.get("health") { _, context in await show(logger: context.logger) }
    }

    private func show(logger: Logger) async -> JSONResponse<HealthBody> {
        do {
            try await pool.execute("SELECT 1")
            return JSONResponse(HealthBody(status: .ok))
        } catch {
            logger.warning("health check failed", metadata: ["error.code": "\(error.code)"])
            return JSONResponse(HealthBody(status: .databaseUnavailable), status: .serviceUnavailable)
        }
    }
}

/// The answer to `GET /health`.
package struct HealthBody: Codable, Sendable {
    package enum Status: String, Codable, Sendable {
        case ok
        case databaseUnavailable = "database_unavailable"
    }

    package let status: Status
    package let version: String

    init(status: Status) {
        self.status = status
        version = productVersion
    }
}
