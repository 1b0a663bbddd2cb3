import Foundation
import Postgres

/// Passwords of administrators, and the sessions of their browsers.
package struct SessionQueries: Sendable {
    let pool: PostgresPool

    /// A browser's session that has not ended.
    package struct Session: PostgresRowDecodable, Sendable, Equatable {
        package let csrfToken: String
        package let expiresAt: Date

        package init(row: PostgresRow) throws(PostgresError) {
            csrfToken = try row.decode("csrf_token")
            expiresAt = try row.decode("expires_at")
        }
    }

    /// The hash of the name's password, argon2id in PHC string format; nil when none was set yet.
    package func passwordHash(name: String) async throws(PostgresError) -> String? {
        let row = try await pool.query("SELECT password_hash FROM admin_credentials WHERE name = \(name)").first
        return try row?.decode("password_hash")
    }

    /// Sets or changes the password, and ends every session.
    package func setPassword(name: String, hash: String) async throws {
        try await pool.withTransaction { transaction in
            try await transaction.execute(
                """
                INSERT INTO admin_credentials (name, password_hash) VALUES (\(name), \(hash))
                ON CONFLICT (name) DO UPDATE SET password_hash = excluded.password_hash, updated_at = now()
                """
            )
            try await transaction.execute("DELETE FROM admin_sessions")
        }
    }

    /// Keeps a session under the SHA-256 of its cookie.
    package func create(tokenHash: [UInt8], csrfToken: String, expiresAt: Date) async throws(PostgresError) {
        try await pool.execute(
            """
            INSERT INTO admin_sessions (token_hash, csrf_token, expires_at)
            VALUES (\(tokenHash), \(csrfToken), \(expiresAt))
            """
        )
    }

    /// The session of a cookie; nil when it has ended.
    package func find(tokenHash: [UInt8]) async throws(PostgresError) -> Session? {
        try await pool.first(
            Session.self,
            """
            SELECT csrf_token, expires_at FROM admin_sessions WHERE token_hash = \(tokenHash) AND expires_at > now()
            """
        )
    }

    /// Ends a session.
    package func delete(tokenHash: [UInt8]) async throws(PostgresError) {
        try await pool.execute("DELETE FROM admin_sessions WHERE token_hash = \(tokenHash)")
    }

    /// Forgets sessions that have ended; returns how many.
    @discardableResult
    package func deleteExpired() async throws(PostgresError) -> Int {
        try await pool.execute("DELETE FROM admin_sessions WHERE expires_at <= now()")
    }
}
