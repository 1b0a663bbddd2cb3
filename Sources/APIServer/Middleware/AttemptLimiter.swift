/// Counts wrong passwords and secrets, per address and in total, in windows of fixed length. Pure: time comes in.
struct AttemptLimiter: Sendable {
    private struct Window {
        var start: ContinuousClock.Instant
        var count: Int
    }

    let perAddress: Int
    let inTotal: Int
    let window: Duration
    private var addresses: [String: Window] = [:]
    private var total: Window?

    init(perAddress: Int, inTotal: Int, window: Duration) {
        self.perAddress = perAddress
        self.inTotal = inTotal
        self.window = window
    }

    /// Counts an attempt before its outcome is known, so that many at once cannot pass the limit together. Returns nil
    /// when it may go ahead, else how long to wait.
    mutating func begin(_ address: String, now: ContinuousClock.Instant) -> Duration? {
        let own = current(addresses[address], now: now)
        let all = current(total, now: now)
        if own.count >= perAddress { return now.duration(to: own.start + window) }
        if all.count >= inTotal { return now.duration(to: all.start + window) }
        // The total bounds how many addresses one window can add; those of former windows go here.
        if addresses.count >= 2 * inTotal {
            addresses = addresses.filter { $0.value.start.duration(to: now) < window }
        }
        addresses[address] = Window(start: own.start, count: own.count + 1)
        total = Window(start: all.start, count: all.count + 1)
        return nil
    }

    /// The attempt was right: it does not count, nor do the wrong ones of this address before it.
    mutating func succeeded(_ address: String) {
        undo(address)
        forget(address)
    }

    /// An attempt that was not counted here was right.
    mutating func forget(_ address: String) { addresses[address] = nil }

    /// The attempt could not be decided: it does not count.
    mutating func undo(_ address: String) {
        // A window may have begun anew since the attempt did.
        if let own = addresses[address] { addresses[address]?.count = max(0, own.count - 1) }
        if let all = total { total?.count = max(0, all.count - 1) }
    }

    private func current(_ known: Window?, now: ContinuousClock.Instant) -> Window {
        guard let known, known.start.duration(to: now) < window else { return Window(start: now, count: 0) }
        return known
    }
}
