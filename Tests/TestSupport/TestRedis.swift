import CLinux
import Foundation
import Glibc
import Synchronization
import SystemPackage

/// A Redis server of a test's own on a Unix socket, which the test may kill, stop and start again.
package final class TestRedis: Sendable {
    private let folder: FilePath
    private let options: [String]
    private let process = Mutex<pid_t?>(nil)

    /// Calls `body` with a server that answers; it is gone afterwards.
    package static func with<Output>(
        _ options: [String] = [],
        _ body: (TestRedis) async throws -> Output
    ) async throws -> Output {
        try await withTemporaryDirectory { folder in
            let server = TestRedis(folder: folder, options: options)
            try ServerWatchdog.start(ServerWatchdog.redis, directory: folder)
            defer { server.kill() }
            try await server.start()
            return try await body(server)
        }
    }

    private init(folder: FilePath, options: [String]) {
        self.folder = folder
        self.options = options
    }

    private var socket: String { folder.appending("redis.sock").string }

    package var url: String { "unix://\(socket)" }

    /// Starts it, empty, and returns when it listens.
    package func start() async throws {
        let arguments =
            [
                "redis-server", "--port", "0", "--unixsocket", socket, "--dir", folder.string, "--save", "",
                "--pidfile", folder.appending("redis.pid").string, "--logfile", folder.appending("redis.log").string,
            ] + options
        unlink(socket)
        process.withLock { $0 = nil }
        let started = try spawn(arguments)
        process.withLock { $0 = started }
        let deadline = ContinuousClock.now + .seconds(20)
        while !isListening {
            guard ContinuousClock.now < deadline else { throw TestSupportError("redis-server does not start") }
            // Nothing tells of a server that begins to listen.
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// SIGKILL: it has no time for anything. Returns when it is gone.
    package func kill() {
        guard let server = process.withLock({ $0.take() }) else { return }
        Glibc.kill(server, SIGKILL)
        waitpid(server, nil, 0)
    }

    /// SIGSTOP: its connections stay, and it is silent.
    package func pause() { process.withLock { _ = $0.map { Glibc.kill($0, SIGSTOP) } } }

    package func goOn() { process.withLock { _ = $0.map { Glibc.kill($0, SIGCONT) } } }

    private var isListening: Bool {
        let probe = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: socket.utf8.prefix(path.count - 1))
        }
        return withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(probe, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private func spawn(_ arguments: [String]) throws -> pid_t {
        var process = pid_t()
        let argv = arguments.map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        // It must not hold what other tests have open.
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        vlog_spawn_closing(&actions, 3)
        guard posix_spawnp(&process, arguments[0], &actions, nil, argv, environ) == 0 else {
            throw TestSupportError("cannot start redis-server: install the Debian package redis-server")
        }
        return process
    }
}
