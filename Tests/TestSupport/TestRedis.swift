import CLinux
import Foundation
import Glibc
import Synchronization
import SystemPackage

/// A Redis server of a test's own on a Unix socket, which the test may kill, stop and start again.
package final class TestRedis: Sendable {
    /// What it listens to besides, on 127.0.0.1.
    package enum Port: Sendable {
        case plain
        /// With a certificate and its key; `authority` is that of the clients, who need a certificate when `asksClients`.
        case tls(certificate: FilePath, key: FilePath, authority: FilePath, asksClients: Bool = false)
    }

    private let folder: FilePath
    private let options: [String]
    /// 0 when it was asked for none.
    package let port: UInt16
    private let process = Mutex<pid_t?>(nil)

    /// Calls `body` with a server that answers; it is gone afterwards.
    package static func with<Output>(
        _ options: [String] = [],
        port: Port? = nil,
        _ body: (TestRedis) async throws -> Output
    ) async throws -> Output {
        try await withTemporaryDirectory { folder in
            try ServerWatchdog.start(ServerWatchdog.redis, directory: folder)
            let server = try await started(in: folder, options: options, port)
            defer { server.kill() }
            return try await body(server)
        }
    }

    private static func started(in folder: FilePath, options: [String], _ port: Port?) async throws -> TestRedis {
        for _ in 0..<10 {
            let server = TestRedis(folder: folder, options: options, port, number: port == nil ? 0 : try freePort())
            do {
                try await server.start()
                return server
            } catch is EndedAtOnce {
                // Most likely somebody was faster to take the port.
                continue
            } catch {
                server.kill()
                throw error
            }
        }
        throw TestSupportError("redis-server ends at its start")
    }

    private init(folder: FilePath, options: [String], _ port: Port?, number: UInt16) {
        self.folder = folder
        self.port = number
        switch port {
        case nil: self.options = ["--port", "0"] + options
        case .plain: self.options = ["--bind", "127.0.0.1", "--port", "\(number)"] + options
        case .tls(let certificate, let key, let authority, let asksClients):
            self.options =
                [
                    "--bind", "127.0.0.1", "--port", "0", "--tls-port", "\(number)",
                    "--tls-cert-file", certificate.string, "--tls-key-file", key.string,
                    "--tls-ca-cert-file", authority.string, "--tls-auth-clients", asksClients ? "yes" : "no",
                ] + options
        }
    }

    /// One that nobody has at this moment.
    private static func freePort() throws -> UInt16 {
        let probe = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(probe, $0, length) == 0 && getsockname(probe, $0, &length) == 0
            }
        }
        guard isBound else { throw TestSupportError("no port is free") }
        return UInt16(bigEndian: address.sin_port)
    }

    private struct EndedAtOnce: Error {}

    private var socket: String { folder.appending("redis.sock").string }

    package var url: String { "unix://\(socket)" }

    /// Starts it, empty, and returns when it listens.
    package func start() async throws {
        let arguments =
            [
                "redis-server", "--unixsocket", socket, "--dir", folder.string, "--save", "",
                "--pidfile", folder.appending("redis.pid").string, "--logfile", folder.appending("redis.log").string,
            ] + options
        unlink(socket)
        process.withLock { $0 = nil }
        let started = try spawn(arguments)
        process.withLock { $0 = started }
        let deadline = ContinuousClock.now + .seconds(20)
        while !isListening {
            guard ContinuousClock.now < deadline else { throw TestSupportError("redis-server does not start") }
            guard waitpid(started, nil, WNOHANG) == 0 else {
                process.withLock { $0 = nil }
                throw EndedAtOnce()
            }
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
