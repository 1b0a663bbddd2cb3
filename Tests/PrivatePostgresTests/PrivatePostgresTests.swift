import Foundation
import Glibc
import Postgres
import SystemPackage
import Testing

@testable import PrivatePostgres

@Suite(.serialized) struct PrivatePostgresTests {
    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["postgres", "it's a \"folder\", with %20", String(repeating: "long", count: 40)]
    )
    func aNewServerAnswersWhateverItsFolderIsCalled(name: String) async throws {
        try await withServerFolder(named: name) { folder in
            let server = try await startedServer(in: folder)
            #expect(try await ask(server, "SELECT current_database()::text AS value") == "vlog")
            #expect(try await ask(server, "SELECT current_setting('listen_addresses') AS value").isEmpty)
        }
    }

    @Test func nobodyElseCanReachTheServer() async throws {
        try await withServerFolder { folder in
            let server = try await startedServer(in: folder)
            #expect(try await ask(server, "SELECT current_setting('server_encoding') AS value") == "UTF8")
            for path in [folder, folder.appending("data"), folder.appending("run")] {
                #expect(try path.ownership().mode == 0o700)
            }
            let process = try #require(folder.serverProcess)
            #expect(try FilePath("/proc/\(process)").ownership().user != 0)
        }
    }

    @Test func realUseIsDurable() async throws {
        try await withServerFolder { folder in
            let server = PrivatePostgres(directory: folder, logger: quiet)
            try await server.start()
            for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
                #expect(try await ask(server, "SELECT current_setting(\(setting)) AS value") == "on")
            }
        }
    }

    @Test func aServerThatOutlivedItsProcessIsTakenOver() async throws {
        try await withServerFolder { folder in
            // Letting go of the first one is what the kernel does for a killed process.
            _ = try await startedServer(in: folder)
            let process = try #require(folder.serverProcess)
            let second = try await startedServer(in: folder)
            #expect(folder.serverProcess == process)
            #expect(try await ask(second, "SELECT 'yes' AS value") == "yes")
        }
    }

    @Test func aFolderIsServedByOneProcessOnly() async throws {
        try await withServerFolder { folder in
            let first = try await startedServer(in: folder)
            let error = await #expect(throws: PrivatePostgresError.self) { try await startedServer(in: folder) }
            #expect(error?.code == .folderInUse)
            #expect(try await ask(first, "SELECT 'yes' AS value") == "yes")
        }
    }

    @Test func whatAKilledServerHadCommittedIsThereAgain() async throws {
        try await withServerFolder { folder in
            let server = PrivatePostgres(directory: folder, logger: quiet)
            try await server.start()
            let pool = PostgresPool(configuration: PostgresConfiguration(url: server.url), logger: quiet)
            try await pool.execute("CREATE TABLE kept AS SELECT 'kept' AS value")
            kill(try #require(folder.serverProcess), SIGKILL)
            try await withRunning(server) { () async throws in
                #expect(try await ask(server, "SELECT value FROM kept") == "kept")
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aServerThatIsKilledIsStartedAgain() async throws {
        try await withServerFolder { folder in
            let server = try await startedServer(in: folder)
            try await withRunning(server) { () async throws in
                for _ in 0..<2 {
                    let process = try #require(folder.serverProcess)
                    kill(process, SIGKILL)
                    #expect(try await ask(server, "SELECT 'yes' AS value") == "yes")
                    #expect(folder.serverProcess != process)
                }
            }
        }
    }

    @Test func stoppingTheServiceStopsTheServer() async throws {
        try await withServerFolder { folder in
            let server = try await startedServer(in: folder)
            try await withRunning(server) { #expect(folder.serverProcess != nil) }
            #expect(folder.serverProcess == nil)
            #expect(access(folder.appending("data/postmaster.pid").string, F_OK) != 0)
        }
    }

    @Test func anInterruptedCreationIsBegunAnew() async throws {
        try await withServerFolder { folder in
            let rest = folder.appending("data.unfinished/base").string
            try FileManager.default.createDirectory(atPath: rest, withIntermediateDirectories: true)
            let server = try await startedServer(in: folder)
            #expect(try await ask(server, "SELECT 'yes' AS value") == "yes")
        }
    }

    @Test func aProcessNumberThatIsSomebodyElsesNowIsNoObstacle() async throws {
        try await withServerFolder { folder in
            try await withRunning(try await startedServer(in: folder)) {}
            let file = folder.appending("data/postmaster.pid").string
            try "\(getpid())\n\(folder)/data\n0\n5432\n\(folder)/run\n".write(
                toFile: file,
                atomically: true,
                encoding: .utf8
            )
            let server = try await startedServer(in: folder)
            #expect(try await ask(server, "SELECT 'yes' AS value") == "yes")
        }
    }

    /// Runs the service beside `body` and waits until it has stopped.
    private func withRunning(_ server: PrivatePostgres, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
