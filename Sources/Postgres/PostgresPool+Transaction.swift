import Logging

extension PostgresPool {
    /// How often a transaction is begun in all.
    private static let attempts = 8

    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws.
    ///
    /// After a serialisation failure, a deadlock, or a connection lost before `COMMIT`, `body` is run again from its
    /// start (with pauses, 8 times in all), so what it does outside of the database must bear that.
    package func withTransaction<Output: Sendable>(
        isolation: PostgresIsolation = .readCommitted,
        _ body: (PostgresTransaction) async throws -> Output
    ) async throws -> Output {
        var backoff = Backoff(first: .milliseconds(10), limit: .milliseconds(500))
        for attempt in 1...Self.attempts {
            switch await transactionOnce(isolation, body) {
            case .done(let output): return output
            case .failed(let error): throw error
            case .conflict(let reason, let error):
                guard attempt < Self.attempts else { throw error }
                logger.debug("transaction begins again", metadata: ["error": "\(reason)", "attempt": "\(attempt)"])
                try await PostgresError.sleep(for: backoff.next())
            }
        }
        throw PostgresError(.queryFailed, "the transaction was tried \(Self.attempts) times")
    }

    private func transactionOnce<Output: Sendable>(
        _ isolation: PostgresIsolation,
        _ body: (PostgresTransaction) async throws -> Output
    ) async -> TransactionOutcome<Output> {
        let connection: PostgresConnection
        do { connection = try await lease() } catch { return .failed(error) }
        defer { release(connection) }
        let transaction = PostgresTransaction(on: connection)
        do {
            try await transaction.begin(isolation)
            let output = try await body(transaction)
            try await transaction.commit()
            return .done(output)
        } catch {
            await transaction.rollBack()
            return transaction.retryableFailure.map { .conflict($0, error) } ?? .failed(error)
        }
    }
}

private enum TransactionOutcome<Output: Sendable> {
    case done(Output)
    case failed(any Error)
    case conflict(PostgresError, any Error)
}
