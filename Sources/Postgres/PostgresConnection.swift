import CLibPQ
import Glibc
import Synchronization
import ThreadExecutor

/// One connection on a thread of its own. Whoever leases it has it alone.
actor PostgresConnection: PostgresSession {
    /// Prepared statements that one connection keeps; each costs the server some tens of kilobytes.
    private static let statementLimit = 200

    private let thread = ThreadExecutor(name: "pg")
    private let configuration: PostgresConfiguration
    private let canceller: StatementCanceller
    private var handle: PostgresHandle?
    private var statements = StatementCache(capacity: statementLimit)
    private let socket = Atomic<Int32>(-1)
    private let usable = Atomic<Bool>(false)

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// `cancelThread` sends cancel requests; many connections may share it.
    init(_ configuration: PostgresConfiguration, cancelThread: ThreadExecutor) {
        self.configuration = configuration
        canceller = StatementCanceller(thread: cancelThread)
    }

    /// Connected, outside of a transaction, and not to be closed for another reason.
    nonisolated var isReusable: Bool { usable.load(ordering: .acquiring) }

    /// Whether the server has said nothing since the connection was last used: it only speaks unasked when it goes.
    /// Asked by whoever has the lease, between statements.
    nonisolated var isSilent: Bool {
        var request = pollfd(fd: socket.load(ordering: .acquiring), events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) == 0
    }

    func connect() throws(PostgresError) {
        let handle = try PostgresHandle(connecting: configuration)
        canceller.open(handle.makeCancel())
        socket.store(handle.socket, ordering: .releasing)
        usable.store(true, ordering: .releasing)
        self.handle = handle
    }

    func close() {
        usable.store(false, ordering: .releasing)
        canceller.open(nil)
        handle = nil
    }

    /// Runs a statement and decodes its rows on this thread; ends it on the server when the task is cancelled.
    nonisolated func run<Output: Sendable>(
        _ query: SQLQuery,
        decode: @Sendable (PostgresResult) throws(PostgresError) -> Output
    ) async throws(PostgresError) -> Output {
        let ticket = StatementTicket()
        let result: Result<Output, PostgresError> = await withTaskCancellationHandler {
            do throws(PostgresError) {
                return .success(try await perform(query, ticket, decode: decode))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            canceller.cancel(ticket)
        }
        return try result.get()
    }

    /// Runs text without parameters, whether or not the task is cancelled: `COMMIT`, `ROLLBACK`, migrations.
    /// - Returns: the last command tag.
    @discardableResult func script(_ text: String) throws(PostgresError) -> String {
        let handle = try open()
        defer { usable.store(handle.isIdle, ordering: .releasing) }
        return try handle.script(text)
    }

    private func open() throws(PostgresError) -> PostgresHandle {
        guard let handle else { throw PostgresError(.closed, "the connection is closed") }
        return handle
    }

    private func perform<Output>(
        _ query: SQLQuery,
        _ ticket: StatementTicket,
        decode: (PostgresResult) throws(PostgresError) -> Output
    ) throws(PostgresError) -> Output {
        if let failure = query.arguments.failure { throw failure }
        let handle = try open()
        try canceller.begin(ticket)
        var result: Result<PostgresResult, PostgresError>
        do throws(PostgresError) {
            result = .success(try executeFresh(query, on: handle))
        } catch {
            result = .failure(error)
        }
        let wasCancelled = canceller.end()
        // A cancel request that came too late might end whatever runs next.
        let isClean = if wasCancelled, case .success = result { false } else { true }
        usable.store(handle.isIdle && isClean, ordering: .releasing)
        return try decode(result.get())
    }

    /// Prepares the statement anew once when what was prepared no longer fits the tables.
    private func executeFresh(_ query: SQLQuery, on handle: PostgresHandle) throws(PostgresError) -> PostgresResult {
        let key = StatementCache.Key(text: query.text, types: query.arguments.types)
        let wasIdle = handle.isIdle
        do throws(PostgresError) {
            return try execute(key, query.arguments, on: handle)
        } catch  where error.isStalePlan {
            let name = statements.remove(key)
            // Within a transaction it is too late: the failure has spoilt it.
            guard wasIdle else { throw error }
            if let name, error.sqlState != "26000" { try handle.script("DEALLOCATE \(name)") }
            return try execute(key, query.arguments, on: handle)
        }
    }

    private func execute(
        _ key: StatementCache.Key,
        _ arguments: SQLArguments,
        on handle: PostgresHandle
    ) throws(PostgresError) -> PostgresResult {
        let statement = statements.find(key)
        let name = if let statement { statement.name } else { try prepare(key, on: handle) }
        let raw = try handle.execute(name, arguments, text: key.text)
        let columns = statement?.columns ?? PostgresColumns(of: raw)
        if statement?.columns == nil { statements.remember(columns, of: key) }
        return PostgresResult(adopting: raw, columns: columns)
    }

    private func prepare(_ key: StatementCache.Key, on handle: PostgresHandle) throws(PostgresError) -> String {
        let name = statements.nextName()
        try handle.prepare(name, key.text, types: key.types)
        if let oldest = statements.insert(name, for: key) { try handle.script("DEALLOCATE \(oldest)") }
        return name
    }
}

extension PostgresError {
    /// "cached plan must not change result type", or a statement that the server does not know (any more).
    fileprivate var isStalePlan: Bool { sqlState == "0A000" && message.contains("cached plan") || sqlState == "26000" }
}
