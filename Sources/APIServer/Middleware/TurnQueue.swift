import Synchronization

/// Lets a few at a time go on, in the order in which they came.
final class TurnQueue: Sendable {
    private struct State {
        var free: Int
        var waiting: [(id: UInt64, turn: AsyncStream<Never>.Continuation)] = []
        var next: UInt64 = 0
    }

    private let state: Mutex<State>

    init(atOnce most: Int) { state = Mutex(State(free: most)) }

    /// Runs `body` when it is its turn. Throws `CancellationError` when the task was cancelled before.
    func withTurn<Result>(_ body: () async throws -> Result) async throws -> Result {
        let (turns, turn) = AsyncStream.makeStream(of: Never.self)
        let id = state.withLock { state -> UInt64? in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            state.next += 1
            state.waiting.append((state.next, turn))
            return state.next
        }
        if let id {
            for await _ in turns {}
            // Cancelled while it waited, unless the turn came in the same moment.
            let wasWaiting = state.withLock { state -> Bool in
                guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return false }
                state.waiting.remove(at: index)
                return true
            }
            if wasWaiting { throw CancellationError() }
        }
        defer { pass() }
        return try await body()
    }

    /// To the one who has waited longest.
    private func pass() {
        let next = state.withLock { state -> AsyncStream<Never>.Continuation? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().turn
        }
        next?.finish()
    }
}
