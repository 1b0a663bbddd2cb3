import ServiceLifecycle
import VLogCore

/// Tells the server at the pace it asks for that the runner is there, busy or not.
struct Heartbeat: Sendable {
    let api: WorkerAPIClient
    let scratch: ScratchFolder
    let configuration: RunnerConfiguration

    /// Returns when the runner stops.
    func run() async {
        // The only error that comes out is the cancellation that ends it.
        try? await cancelWhenGracefulShutdown { try await beat() }
    }

    private func beat() async throws {
        var backoff = configuration.retry.backoff()
        while true {
            let pause: Duration
            do {
                let capabilities = await WorkerCapabilities.current(scratch: scratch)
                let answer = try await api.send(.heartbeat(capabilities))
                backoff.reset()
                pause = .seconds(min(max(answer.nextHeartbeatIn, 1), 300))
            } catch is WorkerAPIError {
                pause = backoff.next()
            }
            try await Task.sleep(for: pause)
        }
    }
}

extension WorkerCapabilities {
    /// What this runner can do now. A disk that cannot be asked counts as full.
    static func current(scratch: ScratchFolder) async -> WorkerCapabilities {
        let free = try? await blocking { try scratch.freeBytes() }
        return WorkerCapabilities(
            version: productVersion,
            codecs: ["h264"],
            accelerators: ["cpu"],
            freeBytes: free ?? 0
        )
    }
}
