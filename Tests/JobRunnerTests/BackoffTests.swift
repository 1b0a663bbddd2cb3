import Testing

@testable import JobRunner

@Suite(.timeLimit(.minutes(2))) struct BackoffTests {
    @Test func pausesGrowToTheCeilingAndAreNeverShorterThanHalf() {
        var backoff = Backoff(first: .seconds(1), ceiling: .seconds(30))
        for upper in [1, 2, 4, 8, 16, 30, 30] {
            let pause = backoff.next()
            #expect(pause <= .seconds(upper) && pause >= .seconds(upper) / 2)
        }
        backoff.reset()
        #expect(backoff.next() <= .seconds(1))
    }
}
