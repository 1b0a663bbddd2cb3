/// When the next checkpoint is due: some time after the last one was kept, and only when there is more to keep.
struct CheckpointPace: Sendable {
    private let interval: Duration
    private var last: ContinuousClock.Instant
    private var segments = 0
    private var isKeeping = false

    init(every interval: Duration, now: ContinuousClock.Instant) {
        self.interval = interval
        last = now - interval
    }

    func isDue(_ segments: Int, now: ContinuousClock.Instant) -> Bool {
        !isKeeping && segments > self.segments && now - last >= interval
    }

    /// A checkpoint of so many segments is on its way; `kept` follows.
    mutating func keep(_ segments: Int) {
        self.segments = segments
        isKeeping = true
    }

    mutating func kept(now: ContinuousClock.Instant) {
        last = now
        isKeeping = false
    }
}
