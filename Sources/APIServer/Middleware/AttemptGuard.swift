import Foundation
import HTTPTypes
import Synchronization

/// Lets only so many wrong passwords, secrets or keys through: of all servers together while they share a Redis, else of
/// this one.
package final class AttemptGuard: Sendable {
    /// What is guessed at; each is counted apart.
    package enum Subject: String, Sendable {
        /// The password and the admin secret.
        case admin
        case workerKeys = "worker-keys"
        case podTokens = "pod-tokens"
        case metrics

        /// Whoever sends many passwords at once must not get past the limit before the first is decided. Of keys, which nobody
        /// guesses, each server looks at a few at a time; counted from their start, those of a fleet behind one address would
        /// be too many when all servers look at some.
        fileprivate var countsFromStart: Bool { self == .admin }
    }

    /// An attempt that may go ahead, and where it was counted.
    private struct Attempt {
        let address: String
        let isCountedHere: Bool
        let isShared: Bool
    }

    private let limiter: Mutex<AttemptLimiter>
    private let shared: SharedAttempts?

    /// Without a Redis, each server counts for itself.
    package init(_ subject: Subject, _ limits: ServerLimits, redis: RedisBus?) {
        limiter = Mutex(
            AttemptLimiter(
                perAddress: limits.attemptsPerAddress,
                inTotal: limits.attemptsInTotal,
                window: limits.attemptWindow
            )
        )
        shared = redis.map {
            SharedAttempts(
                redis: $0,
                subject: subject.rawValue,
                limits: limits,
                countsFromStart: subject.countsFromStart
            )
        }
    }

    /// Runs `check`, which says whether the secret was right, unless there were too many wrong ones: 429 then, and
    /// `Retry-After`. An attempt counts from its start; a right one is taken back, and so is one that `check` could
    /// not decide because it threw. Redis delays it by no more than its limit for a command.
    package func attempt(from address: String?, _ check: () async throws -> Bool) async throws -> Bool {
        let attempt = try await begin(Self.key(of: address))
        do {
            let isRight = try await check()
            await end(attempt, isRight: isRight)
            return isRight
        } catch {
            if attempt.isCountedHere { limiter.withLock { $0.undo(attempt.address) } }
            if attempt.isShared { await shared?.undo(attempt.address) }
            throw error
        }
    }

    /// The same for a secret that was compared already, which takes no time: it counts once it is known to be wrong. So
    /// scripts that send the right one many times at once are never too many.
    package func attempt(from address: String?, isRight: Bool) async throws -> Bool {
        let address = Self.key(of: address)
        let verdict = await shared?.settle(address, isRight: isRight)
        if case .mustWait(let wait) = verdict { throw Self.refusal(wait) }
        let wait = limiter.withLock { limiter in
            let wait = limiter.begin(address, now: .now)
            if isRight, wait == nil { limiter.succeeded(address) }
            if isRight, verdict != nil { limiter.forget(address) }
            return wait
        }
        if verdict == nil, let wait { throw Self.refusal(wait) }
        return isRight
    }

    private func begin(_ address: String) async throws -> Attempt {
        let verdict = await shared?.begin(address)
        if case .mustWait(let wait) = verdict { throw Self.refusal(wait) }
        // Counted here in any case, for when Redis goes; but a right attempt at another server is not known here, so while
        // there is Redis its word counts.
        let wait = limiter.withLock { $0.begin(address, now: .now) }
        if verdict == nil, let wait { throw Self.refusal(wait) }
        return Attempt(address: address, isCountedHere: wait == nil, isShared: verdict != nil)
    }

    private func end(_ attempt: Attempt, isRight: Bool) async {
        guard isRight else {
            if attempt.isShared { await shared?.failed(attempt.address) }
            return
        }
        limiter.withLock { attempt.isCountedHere ? $0.succeeded(attempt.address) : $0.forget(attempt.address) }
        if attempt.isShared { await shared?.succeeded(attempt.address) }
    }

    /// An IPv6 client owns a whole /64, so that is what is counted.
    static func key(of address: String?) -> String {
        guard let address else { return "local" }
        guard address.contains(":"), !address.contains(".") else { return address }
        return expanded(address).prefix(4).joined(separator: ":")
    }

    private static func expanded(_ address: String) -> [String] {
        let halves = address.split(separator: "%")[0].components(separatedBy: "::")
        let head = halves[0].split(separator: ":").map(String.init)
        guard halves.count == 2 else { return head }
        let tail = halves[1].split(separator: ":").map(String.init)
        return head + Array(repeating: "0", count: max(0, 8 - head.count - tail.count)) + tail
    }

    private static func refusal(_ wait: Duration) -> APIError {
        let seconds = max(1, wait.components.seconds + 1)
        return APIError(
            .tooManyRequests,
            "There were too many wrong passwords or secrets; try again in \(seconds) seconds.",
            code: "too_many_attempts",
            headers: [.retryAfter: "\(seconds)"]
        )
    }
}
