import Synchronization

/// A value under a lock, with a way to wait until it has become what one waits for. Every change wakes all who
/// wait, and each looks for itself: right for a handful of tasks, which is all that a job has.
final class Watched<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var version = 0
        var nextTicket = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]

        mutating func wakeAll() {
            version += 1
            for waiter in waiters.values { waiter.resume() }
            waiters.removeAll()
        }
    }

    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    var current: Value { state.withLock { $0.value } }

    /// Changes the value and wakes those who wait for it.
    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        state.withLock { state in
            defer { state.wakeAll() }
            return body(&state.value)
        }
    }

    /// Waits until `body` gives something; `body` may change the value when it does, and only then.
    /// Throws `CancellationError` and nothing else.
    func when<Result: Sendable>(_ body: (inout Value) -> Result?) async throws -> Result {
        while true {
            try Task.checkCancellation()
            let (result, version) = state.withLock { state -> (Result?, Int) in
                let result = body(&state.value)
                if result != nil { state.wakeAll() }
                return (result, state.version)
            }
            if let result { return result }
            await changed(since: version)
        }
    }

    /// Returns after the next change, at once if there has been one, or when the task is cancelled.
    private func changed(since version: Int) async {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.version == version, !Task.isCancelled else { return true }
                    state.waiters[ticket] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume()
        }
    }
}
