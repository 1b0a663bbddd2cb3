import NIOCore
import NIOPosix
import Synchronization

/// Keys of objects that somebody has to look at, each once however often it is named.
package final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var queue = WorkQueueState<Key>()
        var waiters: [(ticket: Int, continuation: CheckedContinuation<Key?, Never>)] = []
        var nextTicket = 0

        /// Gives keys to those who wait; the caller resumes them without the lock.
        mutating func match() -> [(CheckedContinuation<Key?, Never>, Key)] {
            var matched: [(CheckedContinuation<Key?, Never>, Key)] = []
            while !waiters.isEmpty, let key = queue.take() { matched.append((waiters.removeFirst().continuation, key)) }
            return matched
        }
    }

    private let state = Mutex(State())
    private let timers: any EventLoop

    package init(timers: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()) { self.timers = timers }

    package var count: Int { state.withLock { $0.queue.count } }

    package func add(_ key: Key) {
        change { state in
            _ = state.queue.add(key)
        }
    }

    /// Adds the key after a while, unless it is added before; of several times the first counts.
    package func add(_ key: Key, after delay: Duration) {
        guard delay > .zero else { return add(key) }
        let instant = ContinuousClock.now + delay
        guard state.withLock({ $0.queue.delay(key, until: instant) }) else { return }
        timers.scheduleTask(in: TimeAmount(delay)) {
            self.change { state in
                if state.queue.isDue(key, at: instant) { _ = state.queue.add(key) }
            }
        }
    }

    /// The next key, for which `done` must be called; nil when the task is cancelled.
    package func next() async -> Key? {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Key?? in
                    if Task.isCancelled { return .some(nil) }
                    if let key = state.queue.take() { return key }
                    state.waiters.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Key?, Never>? in
                guard let index = state.waiters.firstIndex(where: { $0.ticket == ticket }) else { return nil }
                return state.waiters.remove(at: index).continuation
            }
            waiter?.resume(returning: nil)
        }
    }

    package func done(_ key: Key) {
        change { state in
            _ = state.queue.done(key)
        }
    }

    /// How often in a row it has failed now.
    package func failed(_ key: Key) -> Int { state.withLock { $0.queue.failed(key) } }

    package func succeeded(_ key: Key) { state.withLock { $0.queue.succeeded(key) } }

    private func change(_ body: (inout State) -> Void) {
        let matched = state.withLock { state in
            body(&state)
            return state.match()
        }
        for (waiter, key) in matched { waiter.resume(returning: key) }
    }
}
