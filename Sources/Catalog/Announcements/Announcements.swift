import Postgres
import Synchronization

/// What has been committed and not been announced yet. Queries post here, after their commit; one service takes it and
/// sends it, so that nobody waits for a bus, and what is posted while it sends goes out together.
///
/// NOTIFY within the transaction would be exact, but a transaction that notifies holds a lock of the whole database while
/// it commits, sync to the disk included, so that all of them commit one after the other.
package final class Announcements: Sendable {
    private struct State {
        var pending: [Announcement] = []
        var known: Set<Announcement> = []
    }

    /// More than this is told as "look at everything".
    package static let mostPending = 10_000

    /// One element while something is pending.
    package let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let state = Mutex(State())
    private let pool: PostgresPool

    init(pool: PostgresPool) {
        self.pool = pool
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    package func post(_ announcements: Announcement...) { post(announcements) }

    package func post(_ announcements: [Announcement]) {
        guard !announcements.isEmpty else { return }
        state.withLock { state in
            for announcement in announcements where state.known.insert(announcement).inserted {
                state.pending.append(announcement)
            }
            if state.pending.count > Self.mostPending {
                state.pending = [.everything]
                state.known = [.everything]
            }
        }
        signal.yield()
    }

    /// All that is pending, oldest first, each once.
    package func take() -> [Announcement] {
        state.withLock { state in
            defer { state = State() }
            return state.pending
        }
    }

    /// Sends them by NOTIFY, in a transaction of its own, which has nothing to sync.
    package func notify(_ announcements: [Announcement]) async throws(PostgresError) {
        try await pool.execute(
            """
            SELECT pg_notify(channel, payload) FROM unnest(
                \(announcements.map(\.channel.rawValue)), \(announcements.map(\.payload))
            ) AS announcement (channel, payload)
            """
        )
    }
}
