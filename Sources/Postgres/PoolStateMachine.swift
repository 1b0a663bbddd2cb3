/// What a lease begins with.
enum PoolGrant<Connection> {
    case use(Connection)
    /// The slot is the caller's; it opens a connection and, should that fail, calls `discard`.
    case open
}

extension PoolGrant: Sendable where Connection: Sendable {}

/// Who has which connection and who waits for one. Pure: it decides, `PostgresPool` acts.
///
/// A slot is a connection or the right to open one; there are never more slots out than `capacity`.
struct PoolStateMachine<Connection, Waiter> {
    typealias Grant = PoolGrant<Connection>

    enum AcquireAction {
        case grant(Grant)
        case wait
        case refuse
    }

    enum ReleaseAction {
        case none
        case grant(Grant, to: Waiter)
        /// The pool ends: close the connection, if one came back.
        case close(Connection?, isLast: Bool)
    }

    struct ShutdownAction {
        let refused: [Waiter]
        let closed: [Connection]
        /// Nothing is leased, so the pool has ended.
        let isLast: Bool
    }

    private let capacity: Int
    /// The most recently used one is last and goes out first, so that the others can be left to sleep.
    private var idle: [Connection] = []
    private var leased = 0
    private var waiting: [(id: UInt64, waiter: Waiter)] = []
    private(set) var isShutDown = false

    /// Nothing is leased and nothing idle.
    var isEmpty: Bool { leased == 0 && idle.isEmpty }

    init(capacity: Int) { self.capacity = capacity }

    /// Asks for a slot. Those who wait already come first.
    mutating func acquire() -> AcquireAction {
        guard !isShutDown else { return .refuse }
        if let connection = idle.popLast() {
            leased += 1
            return .grant(.use(connection))
        }
        guard leased < capacity else { return .wait }
        leased += 1
        return .grant(.open)
    }

    /// Asks for a slot and joins the queue when there is none.
    mutating func acquire(orWait waiter: Waiter, id: UInt64) -> AcquireAction {
        let action = acquire()
        if case .wait = action { waiting.append((id, waiter)) }
        return action
    }

    /// Leaves the queue: time is up, or the task was cancelled.
    /// - Returns: nil when it was not (or no longer) in the queue.
    mutating func abandon(_ id: UInt64) -> Waiter? {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
        return waiting.remove(at: index).waiter
    }

    /// Gives a connection back that can be used again.
    mutating func release(_ connection: Connection) -> ReleaseAction {
        if isShutDown {
            leased -= 1
            return .close(connection, isLast: leased == 0)
        }
        if let waiter = nextWaiter() { return .grant(.use(connection), to: waiter) }
        leased -= 1
        idle.append(connection)
        return .none
    }

    /// Gives back a slot whose connection is lost or could not be opened.
    mutating func discard() -> ReleaseAction {
        if !isShutDown, let waiter = nextWaiter() { return .grant(.open, to: waiter) }
        leased -= 1
        return isShutDown ? .close(nil, isLast: leased == 0) : .none
    }

    /// Refuses everybody from now on; leased connections are closed as they come back.
    mutating func shutDown() -> ShutdownAction {
        let action = ShutdownAction(refused: waiting.map(\.waiter), closed: idle, isLast: leased == 0)
        isShutDown = true
        waiting = []
        idle = []
        return action
    }

    private mutating func nextWaiter() -> Waiter? {
        waiting.isEmpty ? nil : waiting.removeFirst().waiter
    }
}
