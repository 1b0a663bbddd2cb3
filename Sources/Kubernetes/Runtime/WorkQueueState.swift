/// What a queue of keys knows. Pure: time is told, and waiting is the caller's.
///
/// A key is handed out to one at a time; one that is added while it is being worked on comes again afterwards, once,
/// however often it was added.
struct WorkQueueState<Key: Hashable & Sendable> {
    private var ready: [Key] = []
    /// Where `ready` begins: taking from the front must not move the rest.
    private var head = 0
    private var waiting: Set<Key> = []
    private var active: Set<Key> = []
    private var delayed: [Key: ContinuousClock.Instant] = [:]
    private var failures: [Key: Int] = [:]

    var count: Int { waiting.count }

    /// Whether somebody who waits for a key can have one now.
    mutating func add(_ key: Key) -> Bool {
        delayed[key] = nil
        guard waiting.insert(key).inserted, !active.contains(key) else { return false }
        ready.append(key)
        return true
    }

    mutating func take() -> Key? {
        guard head < ready.count else { return nil }
        let key = ready[head]
        head += 1
        if head > 1024, head * 2 > ready.count {
            ready.removeFirst(head)
            head = 0
        }
        waiting.remove(key)
        active.insert(key)
        return key
    }

    /// The work on the key is over; whether it has to be done again at once.
    mutating func done(_ key: Key) -> Bool {
        active.remove(key)
        guard waiting.contains(key) else { return false }
        ready.append(key)
        return true
    }

    /// Adds the key later, or earlier than was said before; whether this is news.
    mutating func delay(_ key: Key, until instant: ContinuousClock.Instant) -> Bool {
        if let known = delayed[key], known <= instant { return false }
        delayed[key] = instant
        return true
    }

    /// Whether a delay that was announced for this moment still counts.
    mutating func isDue(_ key: Key, at instant: ContinuousClock.Instant) -> Bool {
        guard delayed[key] == instant else { return false }
        delayed[key] = nil
        return true
    }

    /// How often in a row the key has failed, this time included.
    mutating func failed(_ key: Key) -> Int {
        failures[key, default: 0] += 1
        return failures[key] ?? 1
    }

    mutating func succeeded(_ key: Key) { failures[key] = nil }
}
