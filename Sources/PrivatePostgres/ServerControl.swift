import Foundation
import Glibc
import Logging
import SystemPackage

/// Makes, starts and stops the server of a folder.
struct ServerControl {
    let folder: ServerFolder
    let program: ServerProgram
    let isDurable: Bool
    let logger: Logger

    /// Recovery after a crash may read a gigabyte of log.
    private static let startLimit = Duration.seconds(300)
    private static let stopLimit = Duration.seconds(60)

    /// What runs in the folder now.
    var running: RunningServer? { RunningServer.find(in: folder.data) }

    func start() async throws {
        if try folder.version() == nil { try await create() }
        if let server = running {
            guard server.socketFolder.isEmpty || server.socketFolder == folder.sockets.string else {
                // Another folder for sockets was right when it started; nobody who starts now would find it.
                try await stop()
                return try await launch()
            }
            try await waitUntilReady(server)
            return logger.info("database server taken over", metadata: ["process": "\(server.process)"])
        }
        try await launch()
    }

    /// Ends the statements that run, writes everything out and waits for the end. Also fine when nothing runs.
    func stop() async throws {
        guard let server = running else { return }
        let limit = String(Self.stopLimit.components.seconds)
        let arguments = ["-D", ServerFolder.dataName, "-s", "-w", "-t", limit, "-m"]
        do {
            try await runUncancelled { try await program("pg_ctl", arguments + ["fast", "stop"]) }
        } catch {
            logger.warning("database server did not stop in time", metadata: ["error": "\(error)"])
            try await runUncancelled { try await program("pg_ctl", arguments + ["immediate", "stop"]) }
        }
        reap(server.process)
        logger.info("database server stopped")
    }

    /// As the first process of a container we inherit the server when `pg_ctl` has ended.
    func reap(_ process: pid_t) {
        waitpid(process, nil, WNOHANG)
    }

    /// Works beside the final place, so that an interrupted attempt leaves nothing that looks like a database.
    private func create() async throws {
        let unfinished = folder.unfinished.string
        if access(unfinished, F_OK) == 0 { try FileManager.default.removeItem(atPath: unfinished) }
        logger.info("database is being created", metadata: ["folder": "\(folder.data)"])
        let options = [
            "-D", ServerFolder.unfinishedName, "-U", "vlog", "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust",
        ]
        try await program("initdb", options + (isDurable ? [] : ["--no-sync"]))
        let single = [
            "--single", "-D", ServerFolder.unfinishedName, "-c", "fsync=\(isDurable ? "on" : "off")", "postgres",
        ]
        try await program("postgres", single, input: "CREATE DATABASE vlog;\n")
        try FileManager.default.moveItem(atPath: unfinished, toPath: folder.data.string)
    }

    private func launch() async throws {
        RunningServer.removeStaleFile(in: folder.data)
        let settings = ServerSettings(sockets: folder.sockets, isDurable: isDurable)
        try write(settings.configuration, to: "postgresql.conf")
        try write(settings.authentication, to: "pg_hba.conf")
        let limit = String(Self.startLimit.components.seconds)
        let arguments = [
            "-D", ServerFolder.dataName, "-s", "-w", "-t", limit, "-l", ServerFolder.startLogName, "start",
        ]
        unlink(folder.startLog.string)
        do {
            try await program("pg_ctl", arguments)
        } catch let error as PrivatePostgresError {
            throw PrivatePostgresError(.serverFailed, "PostgreSQL does not start: \(logTail())", cause: error)
        }
        logger.info("database server started", metadata: ["process": "\(running?.process ?? 0)"])
    }

    private func waitUntilReady(_ server: RunningServer) async throws {
        let deadline = ContinuousClock.now + Self.startLimit
        while let now = running, now.process == server.process {
            if now.status == "ready" { return }
            guard ContinuousClock.now < deadline else { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw PrivatePostgresError(.serverFailed, "the server that still ran did not become ready: \(logTail())")
    }

    private func write(_ text: String, to name: String) throws {
        let path = folder.data.appending(name).string
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        guard chown(path, program.user.id, program.user.group) == 0, chmod(path, 0o600) == 0 else {
            let reason = String(cString: strerror(errno))
            throw PrivatePostgresError(.folderNotUsable, "cannot hand over \(path): \(reason)")
        }
    }

    /// The last lines of what the server said when it was started.
    private func logTail() -> String {
        let text = (try? String(contentsOfFile: folder.startLog.string, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(8).joined(separator: "\n")
    }

    /// Stopping must be completed although our own task was cancelled, which is why we stop.
    private func runUncancelled(_ work: @escaping @Sendable () async throws -> Void) async throws {
        try await Task { try await work() }.value
    }
}
