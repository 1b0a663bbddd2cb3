import Postgres
import VLogCore

/// A worker's key as it is looked up by its prefix.
package struct WorkerKey: PostgresRowDecodable, Sendable, Equatable {
    package let workerID: WorkerID
    /// argon2id in PHC string format.
    package let hash: String
    /// A disabled worker is known, and refused.
    package let isEnabled: Bool

    package init(row: PostgresRow) throws(PostgresError) {
        workerID = try row.decode("id")
        hash = try row.decode("hash")
        isEnabled = try row.decode("enabled")
    }
}

extension WorkerStatus: PostgresCodable {}

extension WorkerBody: PostgresRowDecodable {
    package init(row: PostgresRow) throws(PostgresError) {
        self.init(
            id: try row.decode("id"),
            name: try row.decode("name"),
            status: try row.decode("status"),
            version: try row.decode("version"),
            codecs: try row.decode("codecs", as: PostgresJSON<[String]>.self).value,
            accelerators: try row.decode("accelerators", as: PostgresJSON<[String]>.self).value,
            quarantinedUntil: try row.decode("quarantined_until"),
            fault: try row.decode("fault"),
            activeJobs: try row.decode("active_jobs", as: [Int64].self).map(JobID.init(rawValue:)),
            lastSeenAt: try row.decode("last_seen_at"),
            createdAt: try row.decode("created_at")
        )
    }
}
