import Postgres
import VLogCore

/// Runners that pull their work: their keys, what they can do, when they were heard of.
package struct WorkerQueries: Sendable {
    let pool: PostgresPool
    let announcements: Announcements

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

    /// For a row of `workers` named `worker`: it gets jobs.
    static let takesJobs: StaticString = """
        (worker.enabled AND NOT worker.draining AND worker.capabilities ->> 'fault' IS NULL
            AND (worker.quarantined_until IS NULL OR worker.quarantined_until <= now()))
        """

    /// For a row of `workers` named `worker`: its `WorkerStatus`.
    static let status: SQLQuery = """
        CASE WHEN NOT worker.enabled THEN 'disabled' WHEN \(raw: isOnline) THEN CASE
                WHEN worker.draining THEN 'draining'
                WHEN worker.quarantined_until > now() OR worker.capabilities ->> 'fault' IS NOT NULL THEN 'quarantined'
                ELSE 'online' END
            ELSE 'offline' END
        """

    /// For rows of `workers`, `transcoding_jobs` and `videos` named `worker`, `j` and `v`: by what it last told of
    /// itself, it has an encoder for every codec of the job.
    static let encodes: StaticString = """
        (COALESCE(j.profile -> 'codecs', '["h264"]') <@ (worker.capabilities -> 'codecs'))
        """

    /// Likewise: it can map the source to the standard dynamic range, where that is due.
    static let mapsTones: StaticString = """
        (NOT v.source_hdr OR COALESCE((worker.capabilities ->> 'tone_maps')::boolean, true))
        """

    /// Likewise: it takes sources of this size.
    static let takesSize: StaticString = """
        (COALESCE(LEAST(v.source_width, v.source_height) <= (worker.capabilities ->> 'largest_source')::integer, true))
        """

    /// All of these, and the source fits into its scratch folder, with 64 MiB to work in.
    static let isAble: SQLQuery = """
        (\(raw: encodes) AND \(raw: mapsTones) AND \(raw: takesSize)
            AND v.source_bytes + 67108864 <= (worker.capabilities ->> 'free_bytes')::bigint)
        """

    /// Failures since its last success after which a worker is kept from the queue for a while. Each counts once more
    /// when another worker does what this one could not.
    static let mostStrikes = 4

    /// Gives the name its one key: a worker that is registered already keeps its id, and its old keys end.
    package func register(name: String, keyPrefix: String, keyHash: String) async throws -> WorkerID {
        defer { announcements.post(.workers) }
        return try await pool.withTransaction { transaction in
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
            try await transaction.execute("\(Self.revocation(of: id))")
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

    /// Replaces the hash of a key, unless it was replaced or revoked meanwhile.
    package func upgradeKey(prefix: String, from old: String, to new: String) async throws(PostgresError) {
        try await pool.execute(
            "UPDATE worker_api_keys SET hash = \(new) WHERE prefix = \(prefix) AND hash = \(old) AND revoked_at IS NULL"
        )
    }

    /// Ends the worker's keys; whoever remembers them is told. False when there is no such worker.
    package func revokeKeys(_ worker: WorkerID) async throws -> Bool {
        defer { announcements.post(.workers) }
        return try await pool.withTransaction { transaction in
            try await transaction.execute("\(Self.revocation(of: worker))")
            return try await !transaction.query("SELECT FROM workers WHERE id = \(worker)").isEmpty
        }
    }

    /// Notifies in its transaction, unlike all else: rare as it is, nothing may come between the end of a key and its
    /// being known.
    private static func revocation(of worker: WorkerID) -> SQLQuery {
        """
        UPDATE worker_api_keys SET revoked_at = now() WHERE worker_id = \(worker) AND revoked_at IS NULL
        RETURNING pg_notify('vlog_workers', '')
        """
    }

    /// Whether the worker gets no more jobs. False when there is no such worker.
    package func setDraining(_ worker: WorkerID, _ draining: Bool) async throws(PostgresError) -> Bool {
        defer { announcements.post(.queue) }
        return try await pool.execute("UPDATE workers SET draining = \(draining) WHERE id = \(worker)") > 0
    }

    package func isDraining(_ worker: WorkerID) async throws(PostgresError) -> Bool {
        let row = try await pool.query("SELECT draining FROM workers WHERE id = \(worker)").first
        return try row?.decode("draining") ?? false
    }

    /// Keeps that the worker lives, and what it can do. Returns whether it is being drained.
    @discardableResult
    package func heartbeat(
        _ worker: WorkerID,
        _ capabilities: WorkerCapabilities
    ) async throws(PostgresError) -> Bool {
        let row = try await pool.query(
            """
            UPDATE workers SET last_seen_at = now(), version = \(capabilities.version),
                capabilities = \(PostgresJSON(capabilities))
            WHERE id = \(worker) RETURNING draining
            """
        ).first
        return try row?.decode("draining") ?? false
    }

    /// The first 1000 workers, by name, each with the jobs it has.
    package func list() async throws(PostgresError) -> [WorkerBody] {
        try await pool.all(
            WorkerBody.self,
            """
            SELECT worker.id, worker.name, worker.version, worker.last_seen_at, worker.created_at,
                \(Self.status) AS status,
                COALESCE(worker.capabilities -> 'codecs', '[]') AS codecs, worker.quarantined_until,
                worker.capabilities ->> 'fault' AS fault,
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
