import Logging

/// Starts the server again when it has died.
struct ServerSupervisor {
    let control: ServerControl
    let logger: Logger

    private static let interval = Duration.milliseconds(200)
    /// Failures in a row after which a person must act.
    private static let patience = 5

    /// Returns only by throwing: cancellation, or the reason why the server cannot be started any more.
    func watch() async throws {
        while true {
            guard let server = control.running else {
                try await start()
                continue
            }
            while server.isAlive(in: control.folder.data) { try await Task.sleep(for: Self.interval) }
            control.reap(server.process)
            logger.warning("database server died", metadata: ["process": "\(server.process)"])
        }
    }

    /// What a killed server leaves behind holds the shared memory for a moment, and a new one is refused meanwhile.
    func start() async throws {
        for attempt in 1... {
            do {
                return try await control.start()
            } catch  where !(error is CancellationError) && attempt < Self.patience {
                let metadata: Logger.Metadata = ["error": "\(error)", "attempt": "\(attempt)"]
                logger.warning("database server could not be started", metadata: metadata)
                try await Task.sleep(for: .seconds(1) * attempt)
            }
        }
    }
}
