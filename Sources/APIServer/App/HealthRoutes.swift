import Hummingbird
import Logging
import Postgres
import VLogCore

/// The same on each API: `GET /health` is 200 when the server can do its work, and 503 when the database is away; `GET /live` is 200
/// while the process answers at all: to start it again brings no database back.
package struct HealthRoutes: Sendable {
    let pool: PostgresPool
    private let redis: RedisBus?

    package init(_ services: ServerServices) {
        pool = services.pool
        redis = services.bus.redis
    }

    package func add(to router: some RouterMethods<some APIContext>) {
        router.get("live") { _, _ in "ok\n" }
        router.get("health") { _, context in await show(logger: context.logger) }
    }

    private func show(logger: Logger) async -> JSONResponse<HealthBody> {
        do {
            try await pool.execute("SELECT 1")
            return JSONResponse(HealthBody(status: .ok, redis: redisStatus))
        } catch {
            logger.warning("health check failed", metadata: ["error.code": "\(error.code)"])
            let body = HealthBody(status: .databaseUnavailable, redis: redisStatus)
            return JSONResponse(body, status: .serviceUnavailable)
        }
    }

    private var redisStatus: HealthBody.RedisStatus? { redis.map { $0.isConnected ? .ok : .unavailable } }
}

/// The answer to `GET /health`.
package struct HealthBody: Codable, Sendable {
    package enum Status: String, Codable, Sendable {
        case ok
        case databaseUnavailable = "database_unavailable"
    }

    package enum RedisStatus: String, Codable, Sendable {
        case ok, unavailable
    }

    package let status: Status
    /// Absent when none is configured. Without it everything goes on, a little slower: `status` does not depend on it.
    package let redis: RedisStatus?
    package let version: String

    init(status: Status, redis: RedisStatus?) {
        self.status = status
        self.redis = redis
        version = productVersion
    }
}
