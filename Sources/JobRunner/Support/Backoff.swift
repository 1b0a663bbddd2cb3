/// Growing pauses between tries, half of each random so that many runners do not come back at one moment.
struct Backoff: Sendable {
    private let first: Duration
    private let ceiling: Duration
    private var upper: Duration

    init(first: Duration, ceiling: Duration) {
        self.first = first
        self.ceiling = ceiling
        upper = first
    }

    /// The next pause: between half and the whole of a bound that doubles up to the ceiling.
    mutating func next() -> Duration {
        defer { upper = min(upper * 2, ceiling) }
        return upper * Double.random(in: 0.5...1)
    }

    mutating func reset() { upper = first }
}
