import Synchronization

/// Wakes those who wait for something to do.
final class Doorbell: Sendable {
    private struct State {
        /// How often it rang, so that nothing is missed between looking and waiting.
        var count = 0
        var waiters: [Int: AsyncStream<Never>.Continuation] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    /// To be read before one looks for something to do, and given to `wait` when there was nothing.
    var count: Int { state.withLock { $0.count } }

    func ring() {
        let waiters = state.withLock { state in
            state.count += 1
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.finish() }
    }

    /// Returns when it rang after `count` was read, or the deadline has come, or the task is cancelled.
    func wait(since count: Int, until deadline: ContinuousClock.Instant) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.rings(since: count) }
            // Ends early only by being cancelled, which is what it is for.
            group.addTask { try? await Task.sleep(until: deadline) }
            await group.next()
            group.cancelAll()
        }
    }

    private func rings(since count: Int) async {
        let (rings, waiter) = AsyncStream.makeStream(of: Never.self)
        let id = state.withLock { state -> Int? in
            guard state.count == count else { return nil }
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = waiter
            return state.nextWaiter
        }
        guard let id else { return }
        for await _ in rings {}
        _ = state.withLock { $0.waiters.removeValue(forKey: id) }
    }
}
