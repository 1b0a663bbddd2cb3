import Logging
import ServiceLifecycle
import Synchronization
import ThreadExecutor

/// A bounded number of connections, opened when they are needed and shared by everybody.
///
/// Works from its creation; `run()` only waits for the end and closes the connections then.
package final class PostgresPool: PostgresSession, Service {
    private typealias Grant = PoolGrant<PostgresConnection>
    private typealias Waiter = CheckedContinuation<Result<Grant, PostgresError>, Never>
    private typealias Machine = PoolStateMachine<PostgresConnection, Waiter>

    private struct State {
        var machine: Machine
        var nextWaiter: UInt64 = 0
        /// Set while `run()` waits for the last lease to end.
        var onLast: CheckedContinuation<Void, Never>?
    }

    private let configuration: PostgresConfiguration
    private let waitLimit: Duration
    let logger: Logger
    private let cancelThread = ThreadExecutor(name: "pg-cancel")
    private let state: Mutex<State>

    /// `waitLimit` is how long a query waits for a connection, be it that all are in use or that the server does not
    /// answer for now.
    package init(
        configuration: PostgresConfiguration,
        maximumConnections: Int = 8,
        waitLimit: Duration = .seconds(10),
        logger: Logger
    ) {
        self.configuration = configuration
        self.waitLimit = waitLimit
        self.logger = logger
        state = Mutex(State(machine: Machine(capacity: max(1, maximumConnections))))
    }

    /// Returns after a graceful shutdown (or cancellation), when every lease has ended and every connection is closed.
    package func run() async throws {
        try? await gracefulShutdown()
        await shutDown()
    }

    package func run<Output: Sendable>(
        _ query: SQLQuery,
        decode: @Sendable (PostgresResult) throws(PostgresError) -> Output
    ) async throws(PostgresError) -> Output {
        let connection = try await lease()
        defer { release(connection) }
        return try await connection.run(query, decode: decode)
    }

    // MARK: - Leases

    /// Gives a connection that was alive a moment ago; pair it with `release`.
    func lease() async throws(PostgresError) -> PostgresConnection {
        let deadline = ContinuousClock.now + waitLimit
        if case .use(let connection) = try await acquire() {
            if connection.isSilent { return connection }
            logger.debug("idle connection lost")
        }
        do throws(PostgresError) {
            return try await open(until: deadline)
        } catch {
            follow(state.withLock { $0.machine.discard() })
            throw error
        }
    }

    func release(_ connection: PostgresConnection) {
        follow(
            state.withLock { state in
                connection.isReusable ? state.machine.release(connection) : state.machine.discard()
            }
        )
    }

    private func acquire() async throws(PostgresError) -> Grant {
        switch state.withLock({ $0.machine.acquire() }) {
        case .grant(let grant): return grant
        case .refuse: throw .poolClosed
        case .wait: return try await waitForGrant()
        }
    }

    /// Tries until the deadline while the server starts, stops or is out of slots.
    private func open(until deadline: ContinuousClock.Instant) async throws(PostgresError) -> PostgresConnection {
        var backoff = Backoff(first: .milliseconds(50), limit: .seconds(1))
        while true {
            let connection = PostgresConnection(configuration, cancelThread: cancelThread)
            do throws(PostgresError) {
                try await connection.connect()
                return connection
            } catch {
                let pause = backoff.next()
                guard error.isRetryable, ContinuousClock.now + pause < deadline else { throw error }
                logger.debug("database does not answer", metadata: ["error": "\(error.message)"])
                try await PostgresError.sleep(for: pause)
            }
        }
    }

    private func follow(_ action: Machine.ReleaseAction) {
        switch action {
        case .none: break
        case .grant(let grant, let waiter): waiter.resume(returning: .success(grant))
        case .close(_, let isLast):
            // Dropping the last reference closes the connection.
            guard isLast else { return }
            state.withLock { $0.onLast.take() }?.resume()
        }
    }

    // MARK: - Waiting

    private func waitForGrant() async throws(PostgresError) -> Grant {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let result = await withTaskGroup(of: Result<Grant, PostgresError>?.self) { group in
            group.addTask { await self.queue(id) }
            group.addTask {
                do { try await Task.sleep(for: self.waitLimit) } catch { return nil }
                self.abandon(id, .poolTimeout("no connection became free within \(self.waitLimit)"))
                return nil
            }
            defer { group.cancelAll() }
            for await case let result? in group { return result }
            return Result<Grant, PostgresError>.failure(.cancelledTask)
        }
        return try result.get()
    }

    private func queue(_ id: UInt64) async -> Result<Grant, PostgresError> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                switch state.withLock({ $0.machine.acquire(orWait: waiter, id: id) }) {
                case .grant(let grant): waiter.resume(returning: .success(grant))
                case .refuse: waiter.resume(returning: .failure(.poolClosed))
                // The handler below ran before there was anything to abandon.
                case .wait: if Task.isCancelled { abandon(id, .cancelledTask) }
                }
            }
        } onCancel: {
            abandon(id, .cancelledTask)
        }
    }

    private func abandon(_ id: UInt64, _ error: PostgresError) {
        state.withLock { $0.machine.abandon(id) }?.resume(returning: .failure(error))
    }

    // MARK: - End

    private func shutDown() async {
        let action = state.withLock { $0.machine.shutDown() }
        for waiter in action.refused { waiter.resume(returning: .failure(.poolClosed)) }
        for connection in action.closed { await connection.close() }
        guard !action.isLast else { return }
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                guard !state.machine.isEmpty else { return true }
                state.onLast = continuation
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }
}
