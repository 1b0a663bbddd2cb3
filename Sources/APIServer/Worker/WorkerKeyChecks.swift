import Catalog
import HTTPTypes
import Logging
import PasswordHashing
import ServiceLifecycle
import Synchronization
import VLogCore

/// Tells whose a key is. The slow hash is computed once a minute for a key, right or wrong; in between, its SHA-256
/// is remembered with the outcome, until some key ends: every server is told of that, by the database in any case.
package final class WorkerKeyChecks: Service {
    private struct Outcome {
        let worker: WorkerID?
        let until: ContinuousClock.Instant
    }

    private static let memory = Duration.seconds(60)
    private static let mostOutcomes = 10_000

    private let workers: WorkerQueries
    private let hasher: PasswordHasher
    private let attempts: AttemptGuard
    private let bus: UpdateBus
    private let logger: Logger
    /// An attempt counts as wrong until it is known to be right. So that a fleet behind one address, whose keys all have to be
    /// looked at after a restart, is not taken for somebody who guesses, fewer are looked at at once than may be wrong.
    private let turns: TurnQueue
    private let outcomes = Mutex<[[UInt8]: Outcome]>([:])
    /// Digests of keys that were right when they were last looked at. Who has one is no guesser, and goes on when somebody else behind
    /// the same address is.
    private let proven = Mutex<Set<[UInt8]>>([])

    package init(
        workers: WorkerQueries,
        hasher: PasswordHasher,
        limits: ServerLimits,
        bus: UpdateBus,
        logger: Logger
    ) {
        self.workers = workers
        self.hasher = hasher
        attempts = AttemptGuard(.workerKeys, limits, redis: bus.redis)
        turns = TurnQueue(atOnce: max(1, min(4, limits.attemptsPerAddress / 2)))
        self.bus = bus
        self.logger = logger
    }

    /// Forgets what it knows when a key ends, or when it may have missed that, until the server stops.
    package func run() async throws {
        for await message in bus.messages().cancelOnGracefulShutdown() {
            switch message {
            case .notification(Announcement.Channel.workers.rawValue, _), .reconnected: forget()
            case .notification, .doubtful: break
            }
        }
    }

    /// The worker whose key it is; nil for a key that is unknown, wrong, revoked, or of a disabled worker. Takes as long
    /// for each of them. Throws 429 when an address has tried too many wrong ones.
    func worker(of key: WorkerAPIKey, from address: String?) async throws -> WorkerID? {
        let digest = Secret.hash(key.text)
        if let known = outcomes.withLock({ $0[digest] }), ContinuousClock.now < known.until {
            ServerMetrics.keyChecked(.remembered)
            return known.worker
        }
        let found = Mutex<WorkerID?>(nil)
        let isProven = proven.withLock { $0.contains(digest) }
        do {
            try await turns.withTurn {
                let look = { @Sendable () async throws -> Bool in
                    let worker = try await self.find(key)
                    found.withLock { $0 = worker }
                    return worker != nil
                }
                _ = try await isProven ? look() : attempts.attempt(from: address, look)
            }
        } catch let error as APIError where error.status == .tooManyRequests {
            ServerMetrics.keyChecked(.limited)
            throw error
        }
        return note(found.withLock { $0 }, of: digest)
    }

    private func note(_ worker: WorkerID?, of digest: [UInt8]) -> WorkerID? {
        ServerMetrics.keyChecked(worker == nil ? .wrong : .right)
        remember(Outcome(worker: worker, until: .now + Self.memory), of: digest)
        proven.withLock { proven in
            if worker == nil {
                proven.remove(digest)
            } else if proven.count < Self.mostOutcomes {
                proven.insert(digest)
            }
        }
        return worker
    }

    private func find(_ key: WorkerAPIKey) async throws -> WorkerID? {
        let row = try await workers.key(prefix: key.prefix)
        if let row, row.hash.hasPrefix(Self.legacyTag) { return try await upgrade(key, row) }
        // Without a row another hash is computed all the same, for the time it takes.
        let isRight = try await hasher.verify(key.text, against: row?.hash ?? Self.nobodysHash)
        guard let row, isRight, row.isEnabled else { return nil }
        return row.workerID
    }

    /// Keys of earlier installations were kept as a plain SHA-256. It is good for one more use.
    private func upgrade(_ key: WorkerAPIKey, _ row: WorkerKey) async throws -> WorkerID? {
        let hash = try await hasher.hash(key.text)
        let given = Self.legacyTag + Secret.hexHash(key.text)
        guard Secret.matches(given, row.hash), row.isEnabled else { return nil }
        try await workers.upgradeKey(prefix: key.prefix, from: row.hash, to: hash)
        logger.info("worker key hash upgraded", metadata: ["worker.id": "\(row.workerID)"])
        return row.workerID
    }

    private func remember(_ outcome: Outcome, of digest: [UInt8]) {
        let now = ContinuousClock.now
        outcomes.withLock { outcomes in
            if outcomes.count >= Self.mostOutcomes { outcomes = outcomes.filter { now < $0.value.until } }
            if outcomes.count < Self.mostOutcomes { outcomes[digest] = outcome }
        }
    }

    /// Forgets all outcomes, as a key may have been revoked.
    func forget() { outcomes.withLock { $0.removeAll() } }

    private static let legacyTag = "sha256:"

    /// Of a secret that nobody has, with the parameters of today.
    private static let nobodysHash =
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
}
