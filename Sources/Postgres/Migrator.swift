import Logging
import ThreadExecutor

/// Brings a database's schema up to the program's, one step per transaction. Many may run it at once: one does the work,
/// the others wait for it.
package struct Migrator: Sendable {
    /// Which lock means "migrating"; any number does that nothing else in the database uses.
    private static let lockKey = 0x766c_6f67

    /// An index on a big table takes its time, and so does waiting for whoever migrates already.
    private static let timeout = Duration.seconds(3600)

    private let migrations: [Migration]

    package init(migrations: [Migration]) {
        self.migrations = migrations.sorted { $0.number < $1.number }
    }

    /// - Throws: `MigrationError`, or `PostgresError` when the database cannot be asked.
    package func run(configuration: PostgresConfiguration, logger: Logger) async throws {
        var configuration = configuration
        configuration.statementTimeout = Self.timeout
        // One connection from start to end, for the lock belongs to it and ends with it.
        let connection = PostgresConnection(configuration, cancelThread: ThreadExecutor(name: "pg-cancel"))
        try await connection.connect()
        try await connection.execute("SELECT pg_advisory_lock(\(Self.lockKey))")
        try await connection.script(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number     integer PRIMARY KEY,
                name       text NOT NULL,
                checksum   text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """
        )
        let applied = try await applied(on: connection)
        for migration in migrations where applied[migration.number] == nil {
            try await apply(migration, on: connection)
            let metadata: Logger.Metadata = ["migration": "\(migration.number) \(migration.name)"]
            logger.info("database schema migrated", metadata: metadata)
        }
        await connection.close()
    }

    /// Sees to it that the schema is this program's, and changes nothing.
    /// - Throws: `MigrationError`, or `PostgresError` when the database cannot be asked.
    package func check(configuration: PostgresConfiguration) async throws {
        let connection = PostgresConnection(configuration, cancelThread: ThreadExecutor(name: "pg-cancel"))
        try await connection.connect()
        let isThere = try await connection.all(
            Presence.self,
            "SELECT to_regclass('schema_migrations') IS NOT NULL AS there"
        )
        let applied = isThere.first?.there == true ? try await applied(on: connection) : [:]
        await connection.close()
        guard let missing = migrations.first(where: { applied[$0.number] == nil }) else { return }
        throw MigrationError(
            code: .olderDatabase,
            message:
                "the database lacks migration \(missing.number) (\(missing.name)): run `vlog migrate` of this program",
            cause: nil
        )
    }

    /// What the database has, checked against what we have.
    private func applied(on connection: PostgresConnection) async throws -> [Int: AppliedMigration] {
        let query: SQLQuery = "SELECT number, name, checksum FROM schema_migrations ORDER BY number"
        let applied = try await connection.all(AppliedMigration.self, query)
        for one in applied {
            guard let known = migrations.first(where: { $0.number == one.number }) else {
                let newest = migrations.last?.number ?? 0
                throw MigrationError(
                    code: .newerDatabase,
                    message:
                        "the database has migration \(one.number) (\(one.name)), but this program knows them up to "
                        + "\(newest): run the newer program, or restore a backup from before it",
                    cause: nil
                )
            }
            guard one.checksum == known.checksum else {
                throw MigrationError(
                    code: .changedMigration,
                    message: "migration \(one.number) (\(one.name)) was run in another form than this program's",
                    cause: nil
                )
            }
        }
        return Dictionary(uniqueKeysWithValues: applied.map { ($0.number, $0) })
    }

    /// Closing the connection, which follows a failure, rolls back.
    private func apply(_ migration: Migration, on connection: PostgresConnection) async throws {
        do {
            try await steps(of: migration, on: connection)
        } catch {
            guard error.code == .queryFailed else { throw error }
            let message = "migration \(migration.number) (\(migration.name)) failed; nothing of it remains"
            throw MigrationError(code: .failed, message: message, cause: error)
        }
    }

    private func steps(of migration: Migration, on connection: PostgresConnection) async throws(PostgresError) {
        try await connection.script("BEGIN")
        try await connection.script(migration.sql)
        try await connection.execute(
            """
            INSERT INTO schema_migrations (number, name, checksum)
            VALUES (\(migration.number), \(migration.name), \(migration.checksum))
            """
        )
        try await connection.script("COMMIT")
    }
}

private struct AppliedMigration: PostgresRowDecodable {
    let number: Int
    let name: String
    let checksum: String

    init(row: PostgresRow) throws(PostgresError) {
        number = try row.decode("number")
        name = try row.decode("name")
        checksum = try row.decode("checksum")
    }
}

private struct Presence: PostgresRowDecodable {
    let there: Bool

    init(row: PostgresRow) throws(PostgresError) { there = try row.decode("there") }
}

extension Migration {
    /// FNV-1a: it notices an edit, and nobody has a reason to forge it.
    fileprivate var checksum: String {
        let hash = sql.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
