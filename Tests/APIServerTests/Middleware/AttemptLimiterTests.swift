import Testing

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct AttemptLimiterTests {
    private let start = ContinuousClock.now

    private func limiter(perAddress: Int = 3, inTotal: Int = 10) -> AttemptLimiter {
        AttemptLimiter(perAddress: perAddress, inTotal: inTotal, window: .seconds(60))
    }

    @Test func anAddressWaitsForTheEndOfItsWindowAfterTooManyAttempts() {
        var limiter = limiter()
        for second in 0..<3 { #expect(limiter.begin("a", now: start + .seconds(second)) == nil) }
        #expect(limiter.begin("a", now: start + .seconds(10)) == .seconds(50))
        #expect(limiter.begin("b", now: start + .seconds(10)) == nil)
        #expect(limiter.begin("a", now: start + .seconds(60)) == nil)
    }

    @Test func attemptsAtOnceCountFromTheirStart() {
        var limiter = limiter(perAddress: 1)
        #expect(limiter.begin("a", now: start) == nil)
        #expect(limiter.begin("a", now: start) != nil)
        limiter.undo("a")
        #expect(limiter.begin("a", now: start) == nil)
    }

    @Test func aRightOneClearsTheAddressButNotTheTotal() {
        var limiter = limiter(perAddress: 3, inTotal: 4)
        for _ in 0..<3 { _ = limiter.begin("a", now: start) }
        limiter.succeeded("a")
        #expect(limiter.begin("a", now: start) == nil)
        #expect(limiter.begin("a", now: start) == nil)
        #expect(limiter.begin("b", now: start) != nil)
    }

    @Test func manyAddressesTogetherReachTheTotal() {
        var limiter = limiter()
        let refusals = (0..<50).map { limiter.begin("address \($0)", now: start) }
        #expect(refusals.prefix(10).allSatisfy { $0 == nil })
        #expect(refusals.dropFirst(10).allSatisfy { $0 == .seconds(60) })
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8::9", "2001:db8:0:0"),
        ("::1", "0:0:0:0"), ("fe80::1%eth0", "fe80:0:0:0"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ])
    func networksOfIPv6CountAsOne(address: String, key: String) { #expect(AttemptGuard.key(of: address) == key) }
}
