/// Growing pauses between tries, a part of each random so that many who wait do not come back at one moment.
package struct Backoff: Sendable {
    private let first: Duration
    private let ceiling: Duration
    private var upper: Duration

    package init(first: Duration, ceiling: Duration) {
        self.first = first
        self.ceiling = ceiling
        upper = first
    }

    /// The next pause: between half and the whole of a bound that doubles up to the ceiling.
    package mutating func next() -> Duration {
        defer { upper = min(upper * 2, ceiling) }
        return upper * Double.random(in: 0.5...1)
    }

    package mutating func reset() { upper = first }
}
