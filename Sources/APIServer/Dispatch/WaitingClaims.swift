import Synchronization
import VLogCore

/// The claims of this server that look or wait for a job.
final class WaitingClaims: Sendable {
    private typealias Waiter = AsyncStream<Never>.Continuation
    private typealias State = WaitingClaimsState<Waiter>

    /// What others have to be told of hints that came from a stream.
    enum Outcome: Sendable {
        case acknowledge(StreamEntry)
        /// Nobody here is able to do the job; others may be.
        case passOn(JobID)
    }

    /// Outcomes that are kept while nobody takes them. One that is lost leaves an entry, to be taken over later.
    private static let mostOutcomes = 10_000

    private let state = Mutex(State())
    private let outcomes = Mutex<[Outcome]>([])
    /// Rings when a claim comes.
    let arrivals = Doorbell()
    /// Rings when there is something for `takeOutcomes`.
    let news = Doorbell()

    /// How many look or wait.
    var count: Int { state.withLock { $0.count } }

    /// A claim, from before its first look to its end.
    func enter() -> Place {
        defer { arrivals.ring() }
        return Place(number: state.withLock { $0.enter() }, claims: self)
    }

    /// A job may be claimed: one claim looks, and as long as they find nothing that they can do, the next.
    func offer(_ hints: [JobHint]) { act { state in hints.flatMap { state.offer($0) } } }

    /// All claims look.
    func lookAll() { act { $0.lookAll() } }

    /// The job is not to be had any more.
    func settle(_ job: JobID) { act { $0.settle(job) } }

    private func act(_ change: (inout State) -> [State.Action]) { follow(state.withLock { change(&$0) }) }

    private func follow(_ actions: [State.Action]) {
        for action in actions {
            switch action {
            case .wake(let waiter): waiter.finish()
            case .acknowledge(let entry): tell(.acknowledge(entry))
            case .passOn(let hint): tell(.passOn(hint.job))
            }
        }
    }

    private func tell(_ outcome: Outcome) {
        outcomes.withLock { outcomes in
            if outcomes.count < Self.mostOutcomes { outcomes.append(outcome) }
        }
        news.ring()
    }

    /// What came of hints since it was last asked, for whoever reads the streams.
    func takeOutcomes() -> [Outcome] {
        outcomes.withLock { outcomes in
            defer { outcomes = [] }
            return outcomes
        }
    }

    /// One claim's place among them.
    struct Place: Sendable {
        fileprivate let number: UInt64
        fileprivate let claims: WaitingClaims

        /// The job that it was woken for, if nobody is known to have it.
        var wokenFor: JobID? { claims.state.withLock { $0.wokenFor(number) } }

        /// It ends with a job, or without.
        func leave(with job: JobID?) {
            claims.act { if let job { $0.leave(number, with: job) } else { $0.leave(number) } }
        }

        /// After a look that found nothing: returns when it is to look again, or the deadline has come, or the task is
        /// cancelled.
        func wait(until deadline: ContinuousClock.Instant) async {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.wake() }
                // Ends early only by being cancelled, which is what it is for.
                group.addTask { try? await Task.sleep(until: deadline) }
                await group.next()
                group.cancelAll()
            }
            claims.state.withLock { state in
                state.unpark(number)
                state.look(number)
            }
        }

        private func wake() async {
            let (wakes, waiter) = AsyncStream.makeStream(of: Never.self)
            let (isParked, actions) = claims.state.withLock { $0.park(number, waiter) }
            claims.follow(actions)
            guard isParked else { return }
            for await _ in wakes {}
        }
    }
}
