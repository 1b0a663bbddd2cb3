import Catalog
import Logging
import Metrics
import Observability
import Postgres
import Redis
import ServiceLifecycle
import Synchronization
import VLogCore

/// Announcements over Redis: jobs as entries of three streams that the servers read as one group, everything else by
/// Pub/Sub. Behind a circuit breaker; while there is no connection, `send` says so and the sender takes another way.
package final class RedisBus: Service {
    package enum Event: Sendable, Equatable {
        case message(channel: String, payload: String)
        /// From now on Redis is used, or is not: what others said meanwhile may have been missed.
        case switched
    }

    /// Events that the one subscriber may lag behind.
    private static let buffer = 10_000

    private struct State {
        var session: RedisSession?
        var breaker: CircuitBreaker
    }

    private let claims: WaitingClaims
    private let configuration: RedisConfiguration
    private let jobs: JobQueries
    private let entryIdle: Duration
    private let logger: Logger
    private let state: Mutex<State>
    /// What was heard, for the `UpdateBus` alone.
    let events: AsyncStream<Event>
    private let event: AsyncStream<Event>.Continuation

    /// After `entryIdle`, an entry that another server took and did not acknowledge is taken over.
    init(
        configuration: RedisConfiguration,
        jobs: JobQueries,
        claims: WaitingClaims,
        entryIdle: Duration,
        logger: Logger
    ) {
        self.configuration = configuration
        self.jobs = jobs
        self.claims = claims
        self.entryIdle = entryIdle
        self.logger = logger
        state = Mutex(State(breaker: CircuitBreaker()))
        (events, event) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(Self.buffer))
    }

    /// Whether Redis is used at the moment.
    package var isConnected: Bool { state.withLock { $0.session != nil } }

    /// Connects, and does so again whenever the connection is lost, until the server stops.
    package func run() async throws {
        record()
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled { await self.attempt() }
        }
        event.finish()
    }

    /// False when they have not been sent, or perhaps not.
    func send(_ announcements: [Announcement]) async -> Bool {
        guard let session = state.withLock({ $0.session }) else { return false }
        return await session.send(announcements)
    }

    /// Nil when Redis is not used, or has not done all of it; waits no longer than Redis has for a command.
    func run(_ commands: [RedisCommand]) async -> [RedisReply]? {
        guard let session = state.withLock({ $0.session }) else { return nil }
        do throws(RedisError) {
            return try await session.run(commands).map { (reply) throws(RedisError) in try reply.get() }
        } catch {
            // What breaks the connection is told by whoever uses the session.
            if error.code == .refused { logger.warning("redis refused a command", metadata: ["error": "\(error)"]) }
            return nil
        }
    }

    private func attempt() async {
        switch change({ $0.breaker.ask(at: .now) }) {
        case .wait(let end): try? await Task.sleep(until: end)
        case .go: await useOnce()
        }
    }

    /// Uses Redis for as long as it lasts.
    private func useOnce() async {
        let session = RedisSession(configuration: configuration, jobs: jobs, claims: claims, entryIdle: entryIdle)
        let error = await use(session)
        await session.close()
        let wasUsed = change { state in
            state.breaker.failed(at: .now)
            return state.session.take() != nil
        }
        if wasUsed { event.yield(.switched) }
        guard !Task.isCancelled else { return }
        logger.warning(
            "redis is not used",
            metadata: ["error": "\(error)", "error.code": "\(error.code)", "redis": "\(configuration)"]
        )
    }

    private func use(_ session: RedisSession) async -> RedisError {
        do throws(RedisError) {
            try await session.open()
        } catch {
            return error
        }
        change {
            $0.breaker.succeeded()
            $0.session = session
        }
        event.yield(.switched)
        logger.info("redis is used", metadata: ["redis": "\(configuration)"])
        return await session.run { [event] channel, payload in
            // A full buffer has lost its oldest.
            if case .dropped = event.yield(.message(channel: channel, payload: payload)) { event.yield(.switched) }
        }
    }

    private func change<Output>(_ change: (inout State) -> Output) -> Output {
        let (output, trips) = state.withLock { state in
            let trips = state.breaker.trips
            let output = change(&state)
            return (output, state.breaker.trips - trips)
        }
        record(trips: trips)
        return output
    }

    private func record(trips: Int = 0) {
        let current = state.withLock { $0.breaker.state }
        for state in CircuitBreaker.State.allCases {
            Gauge(label: MetricName.redisBreakerState.rawValue, dimensions: [("state", state.rawValue)])
                .record(state == current ? 1 : 0)
        }
        Counter(label: MetricName.redisBreakerTrips.rawValue).increment(by: trips)
    }
}
