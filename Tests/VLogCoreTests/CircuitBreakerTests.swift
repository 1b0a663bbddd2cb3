import Testing

@testable import VLogCore

@Suite struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    private func breaker() -> CircuitBreaker {
        CircuitBreaker(
            failuresToOpen: 2,
            memory: .seconds(10),
            shortestPause: .seconds(1),
            longestPause: .seconds(3)
        )
    }

    @Test func oneFailureIsTriedAgainAtOnce() {
        var breaker = breaker()
        breaker.failed(at: start)
        #expect(breaker.state == .closed)
        #expect(breaker.ask(at: start) == .go)
        #expect(breaker.trips == 0)
    }

    @Test func failuresFarFromEachOtherDoNotAddUp() {
        var breaker = breaker()
        breaker.failed(at: start)
        breaker.failed(at: start + .seconds(10))
        breaker.failed(at: start + .seconds(20))
        #expect(breaker.state == .closed)
    }

    @Test func itOpensAndLetsOneTryThroughAfterThePause() {
        var breaker = breaker()
        breaker.failed(at: start)
        breaker.failed(at: start)
        #expect(breaker.state == .open)
        #expect(breaker.trips == 1)
        #expect(breaker.ask(at: start + .milliseconds(999)) == .wait(until: start + .seconds(1)))
        #expect(breaker.state == .open)
        #expect(breaker.ask(at: start + .seconds(1)) == .go)
        #expect(breaker.state == .halfOpen)
        breaker.succeeded()
        #expect(breaker.state == .closed)
        #expect(breaker.ask(at: start + .seconds(1)) == .go)
    }

    @Test func whoeverAsksMeanwhileIsNotLetThrough() {
        var breaker = breaker()
        breaker.failed(at: start)
        breaker.failed(at: start)
        let trial = start + .seconds(1)
        #expect(breaker.ask(at: trial) == .go)
        #expect(breaker.ask(at: trial) == .wait(until: trial + .seconds(1)))
        // The first try says nothing: it may be one that waits for something else than the server.
        #expect(breaker.ask(at: trial + .seconds(1)) == .go)
        breaker.succeeded()
        #expect(breaker.ask(at: trial + .seconds(1)) == .go)
    }

    @Test func aTryThatFailsOpensItForTwiceAsLongUpToALimit() {
        var breaker = breaker()
        breaker.failed(at: start)
        breaker.failed(at: start)
        var now = start
        for pause in [1, 2, 3, 3] {
            #expect(breaker.ask(at: now) == .wait(until: now + .seconds(pause)))
            now += .seconds(pause)
            #expect(breaker.ask(at: now) == .go)
            breaker.failed(at: now)
            #expect(breaker.state == .open)
        }
        #expect(breaker.trips == 5)
    }

    @Test func whatClosesAndFailsAgainAtOnceOpensAgainForLonger() {
        var breaker = breaker()
        breaker.failed(at: start)
        breaker.failed(at: start)
        _ = breaker.ask(at: start + .seconds(1))
        breaker.succeeded()
        breaker.failed(at: start + .seconds(2))
        #expect(breaker.state == .open)
        #expect(breaker.ask(at: start + .seconds(2)) == .wait(until: start + .seconds(4)))
    }

    @Test func whatHoldsForAWhileIsForgiven() {
        var breaker = breaker()
        for second in 0..<8 { breaker.failed(at: start + .seconds(second)) }
        _ = breaker.ask(at: start + .seconds(60))
        breaker.succeeded()
        breaker.failed(at: start + .seconds(100))
        #expect(breaker.state == .closed)
        breaker.failed(at: start + .seconds(101))
        #expect(breaker.ask(at: start + .seconds(101)) == .wait(until: start + .seconds(102)))
    }
}
