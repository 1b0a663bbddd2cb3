import Foundation
import Postgres

/// A lease after it was renewed.
package struct LeaseRow: PostgresRowDecodable, Sendable {
    package let leaseUntil: Date
    /// The runner is to stop and to release the job.
    package let cancelRequested: Bool

    package init(row: PostgresRow) throws(PostgresError) {
        leaseUntil = try row.decode("lease_until")
        cancelRequested = try row.decode("cancel_requested")
    }
}
