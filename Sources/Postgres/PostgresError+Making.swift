extension PostgresError {
    static var poolClosed: PostgresError { PostgresError(.closed, "the connection pool has ended") }
    static var cancelledTask: PostgresError { PostgresError(.cancelled, "the task was cancelled") }
    static func poolTimeout(_ message: String) -> PostgresError { PostgresError(.poolTimeout, message) }

    /// Sleeps; cancellation ends it early with an error of ours.
    static func sleep(for pause: Duration) async throws(PostgresError) {
        do {
            try await Task.sleep(for: pause)
        } catch {
            throw .cancelledTask
        }
    }
}
