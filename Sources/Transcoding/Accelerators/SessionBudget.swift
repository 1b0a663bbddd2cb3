import Synchronization

/// How many encoders a card may run at once, shared by all jobs of a runner.
final class SessionBudget: Sendable {
    /// Nil for as many as its memory allows.
    let limit: Int?
    private let used = Mutex(0)

    init(limit: Int?) { self.limit = limit }

    /// Whether there was room for `count` more; they are taken then, until `release`.
    func take(_ count: Int) -> Bool {
        used.withLock { used in
            guard used + count <= limit ?? .max else { return false }
            used += count
            return true
        }
    }

    func release(_ count: Int) { used.withLock { $0 -= count } }
}
