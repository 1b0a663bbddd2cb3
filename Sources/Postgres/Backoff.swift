/// Growing pauses with jitter, so that many who failed together do not come back together.
struct Backoff {
    private var step: Duration
    private let limit: Duration

    init(first: Duration, limit: Duration) {
        step = first
        self.limit = limit
    }

    /// Between half of the step and all of it; each step is twice the one before, up to the limit.
    mutating func next() -> Duration {
        let pause = step * Double.random(in: 0.5...1)
        step = min(step * 2, limit)
        return pause
    }
}
