import VLogCore

/// What is known of a job's lease, from whichever answer of the server came last. Times are the runner's own, counted
/// from before each request was sent, so that clocks need not agree and the runner stops before the server gives
/// the job away.
final class JobLease: Sendable {
    private struct State: Sendable {
        var expiry: ContinuousClock.Instant
        var length: Duration
        var reportEvery: Duration
        var isCompleting = false
        var ending: AttemptEnding?

        init(_ body: LeaseBody, sentAt: ContinuousClock.Instant) {
            length = .seconds(max(1, body.leaseSeconds))
            expiry = sentAt + length
            reportEvery = .seconds(min(max(body.nextReportIn, 0.1), 60))
        }
    }

    private let state: Watched<State>

    init(_ body: LeaseBody, sentAt: ContinuousClock.Instant) {
        state = Watched(State(body, sentAt: sentAt))
        if body.cancel { end(.cancelled) }
    }

    var length: Duration { state.current.length }
    var expiry: ContinuousClock.Instant { state.current.expiry }
    var isExpired: Bool { ContinuousClock.now >= expiry }
    var reportEvery: Duration { state.current.reportEvery }

    func absorb(_ body: LeaseBody, sentAt: ContinuousClock.Instant) {
        state.change { state in
            let new = State(body, sentAt: sentAt)
            state.length = new.length
            state.expiry = max(state.expiry, new.expiry)
            state.reportEvery = new.reportEvery
        }
        if body.cancel { end(.cancelled) }
    }

    /// Ends the attempt, unless something else has. While `complete` is on its way its own answer decides: the
    /// server takes the lease back as soon as it has the result.
    func end(_ ending: AttemptEnding) {
        state.change { state in
            if state.ending == nil, !state.isCompleting { state.ending = ending }
        }
    }

    func beginCompleting() { state.change { $0.isCompleting = true } }

    /// Waits until the attempt must end; nil when the task is cancelled.
    func ending() async -> AttemptEnding? { try? await state.when { $0.ending } }
}
