import Foundation
import Glibc
import Logging
import Postgres
import SystemPackage
import TestSupport
import Testing

@testable import PrivatePostgres

let quiet = Logger(label: "test", factory: { StreamLogHandler.standardError(label: $0) })

/// Calls `body` with a folder for a private server, and stops whatever server is in it afterwards.
func withServerFolder(
    named name: String = "postgres",
    _ body: (FilePath) async throws -> Void
) async throws {
    try await withTemporaryDirectory { directory in
        let folder = directory.appending(name)
        defer {
            if let server = RunningServer.find(in: ServerFolder(folder).data) {
                kill(server.process, SIGQUIT)
                while server.isAlive(in: ServerFolder(folder).data) { usleep(10_000) }
            }
        }
        try await body(folder)
    }
}

/// A server that is started and not supervised.
func startedServer(in folder: FilePath) async throws -> PrivatePostgres {
    let server = PrivatePostgres(directory: folder, durable: false, logger: quiet)
    try await server.start()
    return server
}

/// Asks the server one thing on a connection of its own.
func ask(_ server: PrivatePostgres, _ query: SQLQuery) async throws -> String {
    let configuration = PostgresConfiguration(url: server.url)
    // A server that was killed recovers first, which takes its time on a busy disk.
    let pool = PostgresPool(
        configuration: configuration,
        maximumConnections: 1,
        waitLimit: .seconds(50),
        logger: quiet
    )
    return try #require(try await pool.query(query).first).decode("value")
}

extension FilePath {
    var serverProcess: pid_t? { RunningServer.find(in: ServerFolder(self).data)?.process }

    /// Owner and permissions, of a link itself if it is one.
    func ownership() throws -> (user: uid_t, mode: mode_t) {
        var status = Glibc.stat()
        try #require(lstat(string, &status) == 0, "\(self) is not there")
        return (status.st_uid, status.st_mode & 0o777)
    }
}
