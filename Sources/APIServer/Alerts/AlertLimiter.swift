/// Lets the first alert of a kind through at once, and then one per interval that stands for all that came meanwhile, so
/// that a broken runner or disk sends a few messages and not a thousand.
struct AlertLimiter: Sendable {
    private struct Held: Sendable {
        var until: ContinuousClock.Instant
        var latest: Alert?
        var count = 0
    }

    let interval: Duration
    private var held: [Alert.Kind: Held] = [:]

    init(interval: Duration) { self.interval = interval }

    /// The alert if it may be sent now; otherwise it is kept, and counted.
    mutating func admit(_ alert: Alert, at now: ContinuousClock.Instant) -> Alert? {
        guard var waiting = held[alert.event], now < waiting.until else {
            let due = held[alert.event].flatMap(Self.summary)
            held[alert.event] = Held(until: now + interval)
            var sent = alert
            sent.count += due?.count ?? 0
            return sent
        }
        waiting.latest = alert
        waiting.count += 1
        held[alert.event] = waiting
        return nil
    }

    /// Those that were kept long enough.
    mutating func due(at now: ContinuousClock.Instant) -> [Alert] {
        var alerts: [Alert] = []
        for (kind, waiting) in held where waiting.until <= now {
            guard let alert = Self.summary(waiting) else {
                held[kind] = nil
                continue
            }
            alerts.append(alert)
            held[kind] = Held(until: now + interval)
        }
        return alerts.sorted { $0.event.rawValue < $1.event.rawValue }
    }

    /// When something that is kept comes due; nil while nothing is kept.
    var nextDue: ContinuousClock.Instant? {
        held.values.filter { $0.count > 0 }.map(\.until).min()
    }

    private static func summary(_ waiting: Held) -> Alert? {
        guard var alert = waiting.latest else { return nil }
        alert.count = waiting.count
        return alert
    }
}
