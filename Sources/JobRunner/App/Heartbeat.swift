import ServiceLifecycle
import VLogCore

/// Tells the server at the pace it asks for that the runner is there, busy or not.
struct Heartbeat: Sendable {
    let api: WorkerAPIClient
    let abilities: RunnerAbilities
    let retry: RetryPolicy
    /// Hears with every answer whether the server gives the runner no more jobs.
    let onAnswer: @Sendable (_ drain: Bool) -> Void

    /// Returns when the runner stops.
    func run() async {
        // The only error that comes out is the cancellation that ends it.
        try? await cancelWhenGracefulShutdown { try await beat() }
    }

    private func beat() async throws {
        var backoff = retry.backoff()
        while true {
            let pause: Duration
            do {
                let capabilities = await abilities.current
                let answer = try await api.send(.heartbeat(capabilities))
                backoff.reset()
                onAnswer(answer.drain)
                pause = .seconds(min(max(answer.nextHeartbeatIn, 1), 300))
            } catch is WorkerAPIError {
                pause = backoff.next()
            }
            try await Task.sleep(for: pause)
        }
    }
}
