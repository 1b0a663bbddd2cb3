import Testing

@testable import Kubernetes

@Suite(.timeLimit(.minutes(2))) struct WorkQueueStateTests {
    private let now = ContinuousClock.now

    /// By reference, so that what changes it can stand in an expectation.
    private final class Queue<Key: Hashable & Sendable> {
        private var state = WorkQueueState<Key>()

        var count: Int { state.count }
        @discardableResult func add(_ key: Key) -> Bool { state.add(key) }
        @discardableResult func take() -> Key? { state.take() }
        func done(_ key: Key) -> Bool { state.done(key) }
        @discardableResult func delay(_ key: Key, until instant: ContinuousClock.Instant) -> Bool {
            state.delay(key, until: instant)
        }
        func isDue(_ key: Key, at instant: ContinuousClock.Instant) -> Bool { state.isDue(key, at: instant) }
        func failed(_ key: Key) -> Int { state.failed(key) }
        func succeeded(_ key: Key) { state.succeeded(key) }
    }

    @Test func aKeyIsThereOnceHoweverOftenItIsNamed() {
        let queue = Queue<String>()
        for _ in 0..<3 { queue.add("a") }
        queue.add("b")
        #expect([queue.take(), queue.take(), queue.take()] == ["a", "b", nil])
    }

    @Test func oneThatIsBeingWorkedOnComesAgainAfterwardsAndNotBefore() {
        let queue = Queue<String>()
        queue.add("a")
        queue.take()
        #expect(!queue.add("a"))
        #expect(!queue.add("a"))
        #expect(queue.take() == nil)
        #expect(queue.done("a"))
        #expect(queue.take() == "a")
        #expect(!queue.done("a"))
        #expect(queue.take() == nil)
    }

    @Test func ofSeveralDelaysTheFirstCounts() {
        let queue = Queue<String>()
        #expect(queue.delay("a", until: now + .seconds(5)))
        #expect(!queue.delay("a", until: now + .seconds(9)))
        #expect(queue.delay("a", until: now + .seconds(2)))
        #expect(!queue.isDue("a", at: now + .seconds(5)))
        #expect(queue.isDue("a", at: now + .seconds(2)))
        #expect(!queue.isDue("a", at: now + .seconds(2)))
    }

    @Test func onceAddedADelayIsOff() {
        let queue = Queue<String>()
        queue.delay("a", until: now + .seconds(5))
        queue.add("a")
        #expect(!queue.isDue("a", at: now + .seconds(5)))
    }

    @Test func manyKeysKeepTheirOrder() {
        let queue = Queue<Int>()
        for key in 0..<5_000 { queue.add(key) }
        let taken = (0..<5_000).compactMap { _ in queue.take() }
        #expect(taken == Array(0..<5_000))
        #expect(queue.count == 0)
    }

    @Test func failuresCountUntilASuccess() {
        let queue = Queue<String>()
        #expect(queue.failed("a") == 1)
        #expect(queue.failed("a") == 2)
        queue.succeeded("a")
        #expect(queue.failed("a") == 1)
    }

    @Test(arguments: [(1, 5, 10), (2, 10, 20), (16, 150_000, 300_000), (40, 150_000, 300_000)])
    func pausesDoubleUpToFiveMinutes(failures: Int, least: Int, most: Int) {
        let pause = Controller<ObjectKeyText>.pause(after: failures)
        #expect(pause >= .milliseconds(least) && pause <= .milliseconds(most))
    }

    private struct ObjectKeyText: Hashable, CustomStringConvertible { let description: String }
}
