import CLibPQ
import Synchronization
import ThreadExecutor

/// One run of a statement, so that cancelling it cannot hit the next one on the same connection.
final class StatementTicket: Sendable {
    private let cancelled = Atomic<Bool>(false)
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// What libpq needs to send a cancel request; freed by `StatementCanceller` alone.
///
/// `@unchecked Sendable`: libpq lets any thread use it (<https://www.postgresql.org/docs/15/libpq-cancel.html>).
struct CancelHandle: @unchecked Sendable {
    let raw: OpaquePointer
}

/// Asks the server to end the running statement, over a second connection and on a thread of its own.
final class StatementCanceller: Sendable {
    private struct State {
        var cancel: CancelHandle?
        var running: StatementTicket?
        var wasSent = false
    }

    private let state = Mutex(State())
    private let thread: ThreadExecutor

    init(thread: ThreadExecutor) { self.thread = thread }

    deinit { open(nil) }

    /// Takes over the handle of a new connection, or lets go of the old one.
    func open(_ cancel: CancelHandle?) {
        state.withLock { state in
            PQfreeCancel(state.cancel?.raw)
            state.cancel = cancel
        }
    }

    /// Called on the connection's thread before a statement is sent.
    func begin(_ ticket: StatementTicket) throws(PostgresError) {
        state.withLock { $0.running = ticket }
        guard ticket.isCancelled else { return }
        _ = end()
        throw PostgresError(.cancelled, "the task was cancelled before its statement was sent")
    }

    /// Called on the connection's thread when a statement has ended. Waits for a cancel request on its way.
    /// - Returns: whether a cancel request was sent.
    func end() -> Bool {
        state.withLock { state in
            state.running = nil
            defer { state.wasSent = false }
            return state.wasSent
        }
    }

    /// Called from anywhere; does not block.
    func cancel(_ ticket: StatementTicket) {
        ticket.cancel()
        thread.submit { self.send(ticket) }
    }

    /// Holds the lock while it asks, so that the connection cannot go on to another statement meanwhile.
    private func send(_ ticket: StatementTicket) {
        state.withLock { state in
            guard state.running === ticket, let cancel = state.cancel else { return }
            var complaint = [CChar](repeating: 0, count: 256)
            // A request that fails leaves the statement to its own timeout.
            state.wasSent = PQcancel(cancel.raw, &complaint, Int32(complaint.count)) == 1
        }
    }
}
