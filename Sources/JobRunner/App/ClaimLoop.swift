import ServiceLifecycle
import VLogCore

/// Claims one job after the other and does each. A runner has as many of these as it may have jobs at once.
struct ClaimLoop: Sendable {
    let work: ClaimedWork
    let abilities: RunnerAbilities
    /// Whether the runner is to claim no more.
    let isDraining: @Sendable () -> Bool

    private var configuration: RunnerConfiguration { work.configuration }

    /// Returns when the runner stops and the last job has been given back, or when it drains and the last is done.
    func run() async {
        while let claim = await nextJob() { _ = await work.attempt(claim) }
    }

    /// nil when the runner stops or drains.
    private func nextJob() async -> Claim? {
        guard !Task.isShuttingDownGracefully else { return nil }
        return try? await cancelWhenGracefulShutdown { try await claim() } ?? nil
    }

    private func claim() async throws -> Claim? {
        var backoff = configuration.retry.backoff()
        while true {
            guard !isDraining() else {
                if configuration.endsWhenDrained { return nil }
                try await Task.sleep(for: configuration.shortestPoll)
                continue
            }
            let sent = ContinuousClock.now
            do {
                let capabilities = await abilities.current
                if let job = try await work.api.send(.claim(wait: configuration.claimWait, capabilities)) {
                    return Claim(job: job, sentAt: sent)
                }
                backoff.reset()
                let rest = configuration.shortestPoll - (ContinuousClock.now - sent)
                if rest > .zero { try await Task.sleep(for: rest) }
            } catch is WorkerAPIError {
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}
