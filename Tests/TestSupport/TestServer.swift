import Logging
import PrivatePostgres
import SystemPackage

/// The private server of this test process: started by the first test that needs it, gone when the process is.
actor TestServer {
    /// Process-wide because starting a server takes as long as many tests.
    static let shared = TestServer(slots: 6)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var starting: Task<String, any Error>?

    private init(slots: Int) { free = slots }

    /// The server's URL and one of its slots; pair it with `release`.
    func acquire() async throws -> String {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
        do {
            return try await url()
        } catch {
            release()
            throw error
        }
    }

    func release() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }

    /// Everybody waits for the same start.
    private func url() async throws -> String {
        if let starting { return try await starting.value }
        let start = Task { try await Self.start() }
        starting = start
        return try await start.value
    }

    private static func start() async throws -> String {
        let directory = try makeTemporaryDirectory()
        try ServerWatchdog.start(ServerWatchdog.postgres, directory: directory)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let server = PrivatePostgres(directory: directory.appending("postgres"), durable: false, logger: logger)
        try await server.start()
        return server.url
    }
}
