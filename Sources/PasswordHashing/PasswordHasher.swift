import Synchronization
import ThreadExecutor

/// Hashes and verifies with argon2id (RFC 9106) on threads of its own, so that neither the event loops nor the shared
/// pool wait for it. Each call takes 19 MiB of memory and some tens of milliseconds of one core.
package struct PasswordHasher: Sendable {
    /// Calls that may wait for a thread; beyond that they are refused, since memory and patience are bounded.
    private static let queueLimit = 64

    private let threads: [HashingThread]
    private let pending = Pending()

    /// At most so many calls run at the same time.
    package init(threads: Int = 2) {
        self.threads = (0..<max(1, threads)).map { _ in HashingThread() }
    }

    /// A new hash in PHC string format, with a random salt: `$argon2id$v=19$m=19456,t=2,p=1$…`.
    /// Throws `PasswordHashingError`.
    package func hash(_ secret: String) async throws -> String {
        let turn = try pending.enter(limit: PasswordHasher.queueLimit)
        defer { pending.leave() }
        return try await threads[turn % threads.count].hash(secret)
    }

    /// Whether the hash, which carries its own parameters, is of this secret; false for what is no argon2id hash.
    /// Throws `PasswordHashingError`.
    package func verify(_ secret: String, against hash: String) async throws -> Bool {
        let turn = try pending.enter(limit: PasswordHasher.queueLimit)
        defer { pending.leave() }
        return try await threads[turn % threads.count].verify(secret, against: hash)
    }
}

/// Counts the calls under way and deals them out in turn.
private final class Pending: Sendable {
    private let state = Mutex((count: 0, turn: 0))

    func enter(limit: Int) throws(PasswordHashingError) -> Int {
        let turn = state.withLock { state -> Int? in
            guard state.count < limit else { return nil }
            state.count += 1
            state.turn = (state.turn + 1) % (1 << 30)
            return state.turn
        }
        guard let turn else {
            throw PasswordHashingError(code: .busy, message: "too many logins at once; try again in a moment")
        }
        return turn
    }

    func leave() { state.withLock { $0.count -= 1 } }
}
