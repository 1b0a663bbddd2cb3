import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct WaitingClaimsStateTests {
    private typealias State = WaitingClaimsState<String>

    private func hint(_ job: Int64, entry: String? = nil) -> JobHint {
        JobHint(job: JobID(rawValue: job), entry: entry.map { StreamEntry(priority: .normal, id: $0) })
    }

    /// So many claims that have looked in vain and wait, named `a`, `b`, …
    private func waiting(_ names: String...) -> (state: State, ids: [UInt64]) {
        var state = State()
        let ids = names.map { name in
            let id = state.enter()
            #expect(state.park(id, name).isParked)
            return id
        }
        return (state, ids)
    }

    @Test func aHintWakesOneClaimTheOneThatWaitedLongest() {
        var (state, _) = waiting("a", "b", "c")
        #expect(text(state.offer(hint(1))) == ["wake a"])
        #expect(text(state.offer(hint(2))) == ["wake b"])
    }

    @Test func whatOneCouldNotUseGoesToTheNextAndThenToOtherServers() {
        var (state, ids) = waiting("a", "b")
        #expect(text(state.offer(hint(1, entry: "e"))) == ["wake a"])
        #expect(state.wokenFor(ids[0]) == JobID(rawValue: 1))
        #expect(text(state.park(ids[0], "a").actions) == ["wake b"])
        #expect(text(state.park(ids[1], "b").actions) == ["pass on 1", "acknowledge e"])
        #expect(state.wokenFor(ids[1]) == nil)
    }

    @Test func whatIsTakenWakesNobodyElse() {
        var (state, ids) = waiting("a", "b")
        _ = state.offer(hint(1, entry: "e"))
        #expect(text(state.leave(ids[0], with: JobID(rawValue: 1))) == ["acknowledge e"])
        #expect(state.count == 1)
    }

    @Test func whoTakesAnotherJobLeavesItsOwnToTheNext() {
        var (state, ids) = waiting("a", "b")
        _ = state.offer(hint(1, entry: "e"))
        #expect(text(state.leave(ids[0], with: JobID(rawValue: 7))) == ["wake b"])
        #expect(state.wokenFor(ids[1]) == JobID(rawValue: 1))
    }

    @Test func whoEndsInTheMiddleLeavesItsHintToTheNext() {
        var (state, ids) = waiting("a", "b")
        _ = state.offer(hint(1))
        #expect(text(state.leave(ids[0])) == ["wake b"])
    }

    @Test func aJobThatIsGoneIsOfNoUseToAnybody() {
        var (state, ids) = waiting("a", "b")
        _ = state.offer(hint(1, entry: "e"))
        #expect(text(state.settle(JobID(rawValue: 1))) == ["acknowledge e"])
        #expect(text(state.park(ids[0], "a").actions) == [])
    }

    @Test func aHintThatComesDuringALookIsNotLost() {
        var state = State()
        let claim = state.enter()
        // Its statement may have begun before the job was committed.
        #expect(text(state.offer(hint(1, entry: "e"))) == [])
        let (isParked, actions) = state.park(claim, "a")
        #expect(!isParked)
        #expect(text(actions) == [])
        #expect(state.wokenFor(claim) == JobID(rawValue: 1))
        // This time it looked after the hint came.
        let second = state.park(claim, "a")
        #expect(second.isParked)
        #expect(text(second.actions) == ["pass on 1", "acknowledge e"])
    }

    @Test func withoutClaimsAHintIsPassedOnAtOnce() {
        var state = State()
        #expect(text(state.offer(hint(1, entry: "e"))) == ["pass on 1", "acknowledge e"])
        // What all servers have heard of is nobody's to pass on.
        #expect(text(state.offer(hint(2))) == [])
    }

    @Test func aJobThatIsAnnouncedAgainIsLookedForAgain() {
        var (state, ids) = waiting("a")
        _ = state.offer(hint(1, entry: "e"))
        // Taken elsewhere and given back, while `a` was still looking.
        #expect(text(state.offer(hint(1, entry: "f"))) == ["acknowledge e"])
        #expect(!state.park(ids[0], "a").isParked)
        #expect(text(state.park(ids[0], "a").actions) == ["pass on 1", "acknowledge f"])
    }

    @Test func everybodyLooksWhenTold() {
        var (state, ids) = waiting("a", "b")
        let looking = state.enter()
        #expect(text(state.lookAll()) == ["wake a", "wake b"])
        #expect(!state.park(looking, "c").isParked)
        #expect(state.park(looking, "c").isParked)
        #expect(state.park(ids[0], "a").isParked)
    }

    @Test func hintsHaveABound() {
        var (state, _) = waiting()
        _ = state.enter()
        for job in 1...Int64(State.mostHints) { #expect(text(state.offer(hint(job, entry: "e"))) == []) }
        let more = Int64(State.mostHints) + 1
        #expect(text(state.offer(hint(more, entry: "f"))) == ["pass on \(more)", "acknowledge f"])
    }

    private func text(_ actions: [State.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .wake(let waiter): "wake \(waiter)"
            case .acknowledge(let entry): "acknowledge \(entry.id)"
            case .passOn(let hint): "pass on \(hint.job)"
            }
        }
    }
}
