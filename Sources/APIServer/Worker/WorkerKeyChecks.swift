import Catalog
import PasswordHashing
import Synchronization
import VLogCore

/// Tells whose a key is. The slow hash is computed once a minute for a key, right or wrong; in between, its SHA-256
/// is remembered with the outcome.
final class WorkerKeyChecks: Sendable {
    private struct Outcome {
        let worker: WorkerID?
        let until: ContinuousClock.Instant
    }

    private static let memory = Duration.seconds(60)
    private static let mostOutcomes = 10_000

    private let workers: WorkerQueries
    private let hasher: PasswordHasher
    private let outcomes = Mutex<[[UInt8]: Outcome]>([:])

    init(workers: WorkerQueries, hasher: PasswordHasher) {
        self.workers = workers
        self.hasher = hasher
    }

    /// The worker whose key it is; nil for a key that is unknown, wrong, revoked, or of a disabled worker.
    func worker(of key: WorkerAPIKey) async throws -> WorkerID? {
        let digest = Secret.hash(key.text)
        let now = ContinuousClock.now
        if let known = outcomes.withLock({ $0[digest] }), now < known.until { return known.worker }
        guard let row = try await workers.key(prefix: key.prefix) else { return nil }
        let isRight = try await hasher.verify(key.text, against: row.hash) && row.isEnabled
        let outcome = Outcome(worker: isRight ? row.workerID : nil, until: now + Self.memory)
        outcomes.withLock { outcomes in
            if outcomes.count >= Self.mostOutcomes { outcomes = outcomes.filter { now < $0.value.until } }
            if outcomes.count < Self.mostOutcomes { outcomes[digest] = outcome }
        }
        return outcome.worker
    }

    /// Forgets all outcomes, as a key may have been revoked.
    func forget() { outcomes.withLock { $0.removeAll() } }
}
