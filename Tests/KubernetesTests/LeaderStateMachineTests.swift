import Foundation
import Testing

@testable import Kubernetes

@Suite(.timeLimit(.minutes(2))) struct LeaderStateMachineTests {
    private let start = ContinuousClock.now
    private let date = Date(timeIntervalSince1970: 1_000)

    private func held(by holder: String, seconds: Int = 30, renewed: Double = 0) -> Lease.Spec {
        var spec = Lease.Spec()
        spec.holderIdentity = holder
        spec.leaseDurationSeconds = seconds
        spec.acquireTime = MicroTime(date)
        spec.renewTime = MicroTime(date + renewed)
        return spec
    }

    @Test func anEmptyLeaseIsTaken() throws {
        var machine = LeaderStateMachine(identity: "me", length: .seconds(30))
        guard case .write(let spec) = machine.decide(on: Lease.Spec(), now: start, wallClock: date) else {
            Issue.record("nobody holds it")
            return
        }
        #expect(spec.holderIdentity == "me")
        #expect(spec.leaseTransitions == 0)
    }

    @Test func anothersLeaseIsTakenWhenItHasNotChangedForItsLength() {
        var machine = LeaderStateMachine(identity: "me", length: .seconds(30))
        let spec = held(by: "other")
        #expect(machine.decide(on: spec, now: start, wallClock: date) == .wait)
        #expect(machine.decide(on: spec, now: start + .seconds(29), wallClock: date) == .wait)
        guard case .write(let mine) = machine.decide(on: spec, now: start + .seconds(30), wallClock: date) else {
            Issue.record("it is over")
            return
        }
        #expect(mine.leaseTransitions == 1)
    }

    @Test func aRenewalStartsTheTimeAnewWhateverTheOthersClockSays() {
        var machine = LeaderStateMachine(identity: "me", length: .seconds(30))
        #expect(machine.decide(on: held(by: "other"), now: start, wallClock: date) == .wait)
        let renewed = held(by: "other", renewed: -86_400)
        #expect(machine.decide(on: renewed, now: start + .seconds(29), wallClock: date) == .wait)
        #expect(machine.decide(on: renewed, now: start + .seconds(58), wallClock: date) == .wait)
    }

    @Test func oneThatWasStartedAgainTakesUpItsOwnLeaseAtOnce() {
        var machine = LeaderStateMachine(identity: "me", length: .seconds(30))
        guard case .write(let spec) = machine.decide(on: held(by: "me"), now: start, wallClock: date) else {
            Issue.record("it is mine")
            return
        }
        #expect(spec.acquireTime == MicroTime(date))
    }
}
