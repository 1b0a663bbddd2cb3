import Foundation
import HTTPTypes
import Synchronization

/// Lets only so many wrong passwords and secrets through; shared by login, admin secret and worker registration.
package final class AttemptGuard: Sendable {
    private let limiter: Mutex<AttemptLimiter>

    package init(_ limits: ServerLimits) {
        limiter = Mutex(
            AttemptLimiter(
                perAddress: limits.attemptsPerAddress,
                inTotal: limits.attemptsInTotal,
                window: limits.attemptWindow
            )
        )
    }

    /// Runs `check`, which says whether the secret was right, unless there were too many wrong ones: 429 then, and
    /// `Retry-After`. An attempt counts from its start; a right one is taken back, and so is one that `check` could
    /// not decide because it threw.
    package func attempt(from address: String?, _ check: () async throws -> Bool) async throws -> Bool {
        let key = Self.key(of: address)
        if let wait = limiter.withLock({ $0.begin(key, now: .now) }) { throw Self.refusal(wait) }
        do {
            let isRight = try await check()
            if isRight { limiter.withLock { $0.succeeded(key) } }
            return isRight
        } catch {
            limiter.withLock { $0.undo(key) }
            throw error
        }
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
