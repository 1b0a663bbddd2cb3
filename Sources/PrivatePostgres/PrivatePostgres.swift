import Logging
import ServiceLifecycle
import Synchronization
import SystemPackage

/// A PostgreSQL server of our own in a folder, reached by a Unix socket only.
///
/// It outlives us when we are killed; the next `start()` takes it over. As root it runs as the user `postgres`.
package struct PrivatePostgres: Service {
    private let folder: ServerFolder
    private let isDurable: Bool
    private let logger: Logger
    private let lock = FolderLock()
    /// Known from `start()` on, so that a `run()` that is cancelled at once still stops the server.
    private let known = KnownControl()

    /// `durable: false` gives up the data when the machine crashes, for tests.
    package init(directory: FilePath, durable: Bool = true, logger: Logger) {
        folder = ServerFolder(directory)
        isDurable = durable
        self.logger = logger
    }

    /// Database `vlog`, user `vlog`, known before the server runs.
    package var url: String {
        let host = folder.sockets.string.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || "/-._".contains(character))
            return isPlain ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "postgresql://vlog@/vlog?host=\(host.joined())"
    }

    /// Returns when the server answers: makes it at first, takes it over when it still runs.
    /// - Throws: `PrivatePostgresError`.
    package func start() async throws {
        try await control().start()
    }

    /// Starts the server unless it runs, starts it again when it dies, and stops it at a graceful shutdown or when
    /// the task is cancelled.
    package func run() async throws {
        let control = try await control()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await cancelWhenGracefulShutdown { try await self.supervise(control) })
        } catch is CancellationError {
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await stop()
        try outcome.get()
    }

    /// Stops the server, for whoever started it and then has no use for `run()`.
    package func stop() async throws {
        try await control().stop()
        lock.release()
    }

    private func supervise(_ control: ServerControl) async throws {
        let supervisor = ServerSupervisor(control: control, logger: logger)
        // It may have died a moment ago, and what is left of it keeps a new one from starting for a while.
        try await supervisor.start()
        try await supervisor.watch()
    }

    /// Checks the folder, takes it, and finds the programs that fit it.
    private func control() async throws -> ServerControl {
        if let control = known.value { return control }
        let user = try ServerUser.current()
        try folder.prepare(for: user)
        try lock.acquire(folder.lock)
        let binaries = try await ServerBinaries.locate(version: try folder.version())
        let program = ServerProgram(binaries: binaries, user: user, folder: folder.root)
        let control = ServerControl(folder: folder, program: program, isDurable: isDurable, logger: logger)
        known.value = control
        return control
    }
}

private final class KnownControl: Sendable {
    private let state = Mutex<ServerControl?>(nil)

    var value: ServerControl? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
