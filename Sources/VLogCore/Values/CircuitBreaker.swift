/// Decides when a server that fails is tried again. Pure: time comes in.
///
/// Closed, it is used. After some failures shortly after each other it opens: nobody tries for a while. Then it is half
/// open: one try decides whether it closes again, or stays open for twice as long. While that try says nothing, another may
/// be made every `shortestPause`.
package struct CircuitBreaker: Sendable {
    package enum State: String, CaseIterable, Sendable {
        case closed, open
        case halfOpen = "half_open"
    }

    package enum Permission: Equatable, Sendable {
        case go
        case wait(until: ContinuousClock.Instant)
    }

    /// Failures, each within `memory` of the one before, that open it.
    let failuresToOpen: Int
    let memory: Duration
    let shortestPause: Duration
    let longestPause: Duration

    package private(set) var state = State.closed
    /// How often it has opened.
    package private(set) var trips = 0
    private var failures = 0
    private var lastFailure: ContinuousClock.Instant?
    private var pause: Duration
    private var openUntil: ContinuousClock.Instant?
    private var triedAt: ContinuousClock.Instant?

    package init(
        failuresToOpen: Int = 2,
        memory: Duration = .seconds(10),
        shortestPause: Duration = .seconds(1),
        longestPause: Duration = .seconds(5)
    ) {
        self.failuresToOpen = failuresToOpen
        self.memory = memory
        self.shortestPause = shortestPause
        self.longestPause = longestPause
        pause = shortestPause
    }

    /// Whether to try now. Who is let through when it is open has the one try of the half-open state, and must tell
    /// what came of it.
    package mutating func ask(at now: ContinuousClock.Instant) -> Permission {
        let next: ContinuousClock.Instant? =
            switch state {
            case .closed: nil
            case .open: openUntil
            case .halfOpen: triedAt.map { $0 + shortestPause }
            }
        guard let next else { return .go }
        guard now >= next else { return .wait(until: next) }
        state = .halfOpen
        triedAt = now
        return .go
    }

    package mutating func succeeded() { state = .closed }

    package mutating func failed(at now: ContinuousClock.Instant) {
        // One that closes and fails again at once has not recovered.
        let isRepeated = lastFailure.map { $0.duration(to: now) < memory } ?? false
        failures = isRepeated ? failures + 1 : 1
        if !isRepeated { pause = shortestPause }
        lastFailure = now
        guard state == .halfOpen || failures >= failuresToOpen else { return }
        state = .open
        trips += 1
        openUntil = now + pause
        pause = min(pause * 2, longestPause)
    }
}
