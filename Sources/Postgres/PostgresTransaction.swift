import Synchronization

/// One transaction; usable only within the body of `withTransaction`.
package final class PostgresTransaction: PostgresSession {
    private struct State {
        var hasEnded = false
        /// The first failure for which the whole transaction should be done again, even if the body hides it.
        var retryableFailure: PostgresError?
    }

    private let connection: PostgresConnection
    private let state = Mutex(State())

    init(on connection: PostgresConnection) { self.connection = connection }

    package func run<Output: Sendable>(
        _ query: SQLQuery,
        decode: @Sendable (PostgresResult) throws(PostgresError) -> Output
    ) async throws(PostgresError) -> Output {
        guard !state.withLock({ $0.hasEnded }) else {
            throw PostgresError(.closed, "the transaction has ended")
        }
        do throws(PostgresError) {
            return try await connection.run(query, decode: decode)
        } catch {
            note(error)
            throw error
        }
    }

    var retryableFailure: PostgresError? { state.withLock { $0.retryableFailure } }

    func begin(_ isolation: PostgresIsolation) async throws(PostgresError) {
        do throws(PostgresError) {
            try await connection.script("BEGIN ISOLATION LEVEL \(isolation.rawValue)")
        } catch {
            note(error)
            throw error
        }
    }

    func commit() async throws(PostgresError) {
        state.withLock { $0.hasEnded = true }
        let tag: String
        do throws(PostgresError) {
            tag = try await connection.script("COMMIT")
        } catch {
            // After a lost connection nobody knows whether it was committed, so it must not be done again.
            if error.isConflict { note(error) }
            throw error
        }
        guard tag == "COMMIT" else {
            throw PostgresError(.queryFailed, "the transaction was rolled back, because a statement in it had failed")
        }
    }

    /// A failure is of no interest: the connection is then closed, which rolls back too.
    func rollBack() async {
        state.withLock { $0.hasEnded = true }
        _ = try? await connection.script("ROLLBACK")
    }

    private func note(_ error: PostgresError) {
        guard error.isConflict || error.code == .connectionLost else { return }
        state.withLock { $0.retryableFailure = $0.retryableFailure ?? error }
    }
}

/// <https://www.postgresql.org/docs/15/transaction-iso.html>
package enum PostgresIsolation: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}
