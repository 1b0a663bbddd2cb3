import VLogCore

/// Which claims look for a job or wait for one, and which of them is woken for what. Pure: it decides, `WaitingClaims`
/// acts.
///
/// A hint wakes one claim. It stays open until its job is known to be taken, or until every claim that is here has
/// looked since: a claim that was woken and found nothing it can do leaves the hint to the next one.
struct WaitingClaimsState<Waiter: Sendable>: Sendable {
    enum Action: Sendable {
        case wake(Waiter)
        /// Of a hint that came from a stream: nobody needs it any more, or nobody here is able to use it.
        case acknowledge(StreamEntry)
        case passOn(JobHint)
    }

    private struct Claim: Sendable {
        /// Its last look at the database covers all hints up to this number.
        var looked: UInt64
        /// Nil while it looks.
        var waiter: Waiter?
    }

    private struct OpenHint: Sendable {
        let hint: JobHint
        let number: UInt64
        /// The claim that was woken for it and has not told yet what it found.
        var holder: UInt64?
    }

    /// Hints beyond this are passed on at once.
    static var mostHints: Int { 1000 }

    private var claims: [UInt64: Claim] = [:]
    private var hints: [OpenHint] = []
    private var nextClaim: UInt64 = 0
    private var newest: UInt64 = 0
    /// All claims look for this one.
    private var lookAllNumber: UInt64 = 0

    /// Claims that look or wait.
    var count: Int { claims.count }

    /// A claim begins, and looks.
    mutating func enter() -> UInt64 {
        nextClaim += 1
        claims[nextClaim] = Claim(looked: newest)
        return nextClaim
    }

    /// The job that the claim was woken for, if nobody is known to have it.
    func wokenFor(_ claim: UInt64) -> JobID? { hints.first { $0.holder == claim }?.hint.job }

    /// The claim looks again, without having been woken.
    mutating func look(_ claim: UInt64) { claims[claim]?.looked = newest }

    /// Whether something came up since the claim began its last look, so that it must look again. What it was woken for
    /// is left to others.
    mutating func finishLook(_ claim: UInt64) -> (mustLook: Bool, actions: [Action]) {
        giveBack(claim)
        guard let looked = claims[claim]?.looked else { return (false, []) }
        var mustLook = looked < lookAllNumber
        if let index = hints.firstIndex(where: { $0.holder == nil && $0.number > looked }) {
            hints[index].holder = claim
            mustLook = true
        }
        if mustLook { claims[claim]?.looked = newest }
        return (mustLook, assign())
    }

    /// The claim waits, having finished a look after which there was nothing to look for.
    mutating func park(_ claim: UInt64, _ waiter: Waiter) -> (isParked: Bool, actions: [Action]) {
        let (mustLook, actions) = finishLook(claim)
        guard !mustLook, claims[claim] != nil else { return (false, actions) }
        claims[claim]?.waiter = waiter
        return (true, actions)
    }

    /// It waits no longer, for a reason of its own.
    mutating func unpark(_ claim: UInt64) { claims[claim]?.waiter = nil }

    /// The claim ends without a job.
    mutating func leave(_ claim: UInt64) -> [Action] {
        claims[claim] = nil
        giveBack(claim)
        return assign()
    }

    /// The claim ends with this job.
    mutating func leave(_ claim: UInt64, with job: JobID) -> [Action] {
        claims[claim] = nil
        giveBack(claim)
        return settle(job)
    }

    /// The job is not to be had any more.
    mutating func settle(_ job: JobID) -> [Action] {
        let settled = hints.filter { $0.hint.job == job }
        hints.removeAll { $0.hint.job == job }
        return settled.compactMap { $0.hint.entry.map { .acknowledge($0) } } + assign()
    }

    mutating func offer(_ hint: JobHint) -> [Action] {
        newest += 1
        // An older one of the same job is not wanted: who has looked since then has to look again.
        let older = hints.filter { $0.hint.job == hint.job }
        hints.removeAll { $0.hint.job == hint.job }
        let actions: [Action] = older.compactMap { $0.hint.entry.map { .acknowledge($0) } }
        guard hints.count < Self.mostHints else { return actions + close(hint) }
        hints.append(OpenHint(hint: hint, number: newest))
        return actions + assign()
    }

    /// All claims look again.
    mutating func lookAll() -> [Action] {
        newest += 1
        lookAllNumber = newest
        return claims.keys.sorted().compactMap { wake($0) }
    }

    private mutating func giveBack(_ claim: UInt64) {
        for index in hints.indices where hints[index].holder == claim { hints[index].holder = nil }
    }

    /// Wakes a claim for each hint that has none, the one that has waited longest first.
    private mutating func assign() -> [Action] {
        var actions: [Action] = []
        for index in hints.indices where hints[index].holder == nil {
            let number = hints[index].number
            let able = claims.filter { $0.value.waiter != nil && $0.value.looked < number }.keys.min()
            guard let able, let action = wake(able) else { continue }
            hints[index].holder = able
            actions.append(action)
        }
        // One that began its look before the hint came may need it yet.
        let oldest = claims.values.map(\.looked).min() ?? newest
        let done = hints.filter { $0.holder == nil && $0.number <= oldest }
        hints.removeAll { $0.holder == nil && $0.number <= oldest }
        return actions + done.flatMap { close($0.hint) }
    }

    private mutating func wake(_ claim: UInt64) -> Action? {
        guard let waiter = claims[claim]?.waiter else { return nil }
        claims[claim] = Claim(looked: newest)
        return .wake(waiter)
    }

    private func close(_ hint: JobHint) -> [Action] {
        guard let entry = hint.entry else { return [] }
        return [.passOn(hint), .acknowledge(entry)]
    }
}
