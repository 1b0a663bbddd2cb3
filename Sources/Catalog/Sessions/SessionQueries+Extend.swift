import Foundation
import Postgres

extension SessionQueries {
    /// Moves the end of a session that has not ended yet.
    package func extend(tokenHash: [UInt8], expiresAt: Date) async throws(PostgresError) {
        try await pool.execute(
            "UPDATE admin_sessions SET expires_at = \(expiresAt) WHERE token_hash = \(tokenHash) AND expires_at > now()"
        )
    }
}
