import Testing

@testable import Kubernetes

@Suite(.timeLimit(.minutes(2))) struct WatchStateMachineTests {
    private func machine(at version: String) -> WatchStateMachine {
        var machine = WatchStateMachine()
        machine.listed(at: version)
        return machine
    }

    @Test func aClosedWatchGoesOnAtOnceFromTheLastVersion() {
        var machine = machine(at: "1")
        machine.saw(version: "7")
        #expect(machine.ended(.closed, after: .seconds(200)) == .zero)
        #expect(machine.step == .watch(from: "7"))
    }

    @Test func oneThatIsTooFarBackStartsWithAList() {
        var machine = machine(at: "1")
        _ = machine.ended(.failed(KubernetesError(.expired, "too old")), after: .seconds(1))
        #expect(machine.step == .list)
    }

    @Test func onesThatFailArePausedForLongerEachTime() {
        var machine = machine(at: "1")
        let error = WatchStateMachine.Ending.failed(KubernetesError(.unavailable, "away"))
        let pauses = (0..<8).map { _ in machine.ended(error, after: .seconds(1)) }
        #expect(pauses[0] <= .milliseconds(800))
        #expect(pauses[7] >= .seconds(5) && pauses[7] <= .seconds(10))
        #expect(machine.step == .watch(from: "1"))
        #expect(machine.ended(error, after: .seconds(130)) <= .milliseconds(800))
    }

    @Test func aServerThatClosesAtOnceIsNoHotLoop() {
        var machine = machine(at: "1")
        #expect(machine.ended(.closed, after: .milliseconds(5)) >= .milliseconds(400))
    }

    @Test func patienceThatTheServerAsksForIsGiven() {
        var machine = machine(at: "1")
        let error = KubernetesError(.tooManyRequests, "later", retryAfter: .seconds(40))
        #expect(machine.ended(.failed(error), after: .seconds(1)) == .seconds(40))
    }
}
