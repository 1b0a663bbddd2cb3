import Postgres
import VLogCore

/// Runners that pull their work: their keys, what they can do, when they were heard of.
package struct WorkerQueries: Sendable {
    let pool: PostgresPool

    /// For a row of `workers` named `worker`: heard of within a minute, by itself or by renewing a job's lease.
    static let isOnline: StaticString = """
        (worker.enabled AND (worker.last_seen_at > now() - interval '60 seconds' OR EXISTS (
            SELECT FROM transcoding_jobs held
            WHERE held.worker_id = worker.id AND held.state = 'running' AND held.lease_until > now())))
        """

    /// For a row of `workers` named `worker`: it has a job.
    static let isBusy: StaticString = """
        EXISTS (SELECT FROM transcoding_jobs held WHERE held.worker_id = worker.id AND held.state = 'running')
        """

    /// Gives the name its one key: a worker that is registered already keeps its id, and its old keys end.
    package func register(name: String, keyPrefix: String, keyHash: String) async throws -> WorkerID {
        try await pool.withTransaction { transaction in
            // The update does nothing but lock the row, so that of two registrations at once one key survives.
            let row = try await transaction.query(
                """
                INSERT INTO workers (name) VALUES (\(name)) ON CONFLICT (name) DO UPDATE SET name = excluded.name
                RETURNING id
                """
            ).first
            guard let id = try row?.decode("id", as: WorkerID.self) else {
                throw CatalogError(.notFound, "The worker was deleted while it registered; try again.")
            }
            try await transaction.execute(
                "UPDATE worker_api_keys SET revoked_at = now() WHERE worker_id = \(id) AND revoked_at IS NULL"
            )
            try await transaction.execute(
                "INSERT INTO worker_api_keys (worker_id, prefix, hash) VALUES (\(id), \(keyPrefix), \(keyHash))"
            )
            return id
        }
    }

    /// The key of this prefix, unless it was revoked.
    package func key(prefix: String) async throws(PostgresError) -> WorkerKey? {
        try await pool.first(
            WorkerKey.self,
            """
            SELECT w.id, k.hash, w.enabled FROM worker_api_keys k JOIN workers w ON w.id = k.worker_id
            WHERE k.prefix = \(prefix) AND k.revoked_at IS NULL
            """
        )
    }

    /// Keeps that the worker lives, and what it can do.
    package func heartbeat(_ worker: WorkerID, _ capabilities: WorkerCapabilities) async throws(PostgresError) {
        try await pool.execute(
            """
            UPDATE workers SET last_seen_at = now(), version = \(capabilities.version),
                capabilities = \(PostgresJSON(capabilities))
            WHERE id = \(worker)
            """
        )
    }

    /// The first 1000 workers, by name, each with the jobs it has.
    package func list() async throws(PostgresError) -> [WorkerBody] {
        try await pool.all(
            WorkerBody.self,
            """
            SELECT worker.id, worker.name, worker.version, worker.last_seen_at, worker.created_at,
                CASE WHEN NOT worker.enabled THEN 'disabled' WHEN \(raw: Self.isOnline) THEN 'online'
                    ELSE 'offline' END AS status,
                COALESCE(worker.capabilities -> 'accelerators', '[]') AS accelerators,
                ARRAY(
                    SELECT j.id FROM transcoding_jobs j
                    WHERE j.worker_id = worker.id AND j.state = 'running' ORDER BY j.id
                ) AS active_jobs
            FROM workers worker ORDER BY worker.name LIMIT 1000
            """
        )
    }

    /// Whether any worker is there to take a job.
    package func anyOnline() async throws(PostgresError) -> Bool {
        let row = try await pool.query(
            "SELECT EXISTS (SELECT FROM workers worker WHERE \(raw: Self.isOnline)) AS online"
        ).first
        return try row?.decode("online") ?? false
    }
}
