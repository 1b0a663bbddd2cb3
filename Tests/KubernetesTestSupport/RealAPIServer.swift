import Foundation
import Glibc
import Kubernetes
import SystemPackage
import TestSupport

/// A real API server with its etcd, from the programs in the folder that `KUBEBUILDER_ASSETS` names, as the test tools of
/// controllers have it. Started by the first test that needs it, gone when the process is. It has no controllers.
package actor RealAPIServer {
    /// Process-wide because starting it takes seconds.
    private static let shared = RealAPIServer()

    private static var programs: String? { ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"] }

    package static var isAvailable: Bool {
        guard let programs else { return false }
        return ["etcd", "kube-apiserver"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: "\(programs)/\($0)")
        }
    }

    private var starting: Task<ClusterConnection, any Error>?

    /// How to reach it, as somebody who may do anything.
    package static func connection() async throws -> ClusterConnection { try await shared.connection() }

    /// Everybody waits for the same start.
    private func connection() async throws -> ClusterConnection {
        if let starting { return try await starting.value }
        let start = Task { try await Self.start() }
        starting = start
        return try await start.value
    }

    private static let script = """
        cd "$0" || exit 1
        "$1/etcd" --data-dir etcd --listen-client-urls http://127.0.0.1:$3 --advertise-client-urls http://127.0.0.1:$3 \
            --listen-peer-urls http://127.0.0.1:0 --unsafe-no-fsync=true --log-level error &
        etcd=$!
        openssl genrsa -out sa.key 2048
        "$1/kube-apiserver" --etcd-servers http://127.0.0.1:$3 --bind-address 127.0.0.1 --secure-port $2 --cert-dir pki \
            --service-cluster-ip-range 10.0.0.0/24 --token-auth-file tokens.csv --authorization-mode RBAC \
            --service-account-issuer https://kubernetes.default.svc --service-account-signing-key-file sa.key \
            --service-account-key-file sa.key --disable-admission-plugins ServiceAccount > apiserver.log 2>&1 &
        server=$!
        cat > /dev/null
        kill $server
        wait $server
        kill $etcd
        wait $etcd
        rm -rf "$0"
        """

    private static func start() async throws -> ClusterConnection {
        guard let programs, isAvailable else { throw TestSupportError("KUBEBUILDER_ASSETS has no API server") }
        let directory = try makeTemporaryDirectory()
        let token = UUID().uuidString
        try Data("\(token),admin,admin,system:masters\n".utf8)
            .write(to: URL(filePath: directory.appending("tokens.csv").string))
        let port = try freePort()
        try ServerWatchdog.start(
            script,
            directory: directory,
            arguments: [programs, String(port), String(try freePort())]
        )
        guard let server = URL(string: "https://127.0.0.1:\(port)") else { throw TestSupportError("no URL") }
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            // Its certificate is made when it starts, and signed by itself.
            let certificate = directory.appending("pki").appending("apiserver.crt").string
            if let authority = try? Data(contentsOf: URL(filePath: certificate)) {
                let connection = ClusterConnection(
                    server: server,
                    authority: Array(authority),
                    credential: .token(token)
                )
                if await isReady(connection) { return connection }
            }
            // Nothing tells of a server that begins to answer.
            try await Task.sleep(for: .milliseconds(200))
        }
        throw TestSupportError("the API server in \(directory) did not become ready")
    }

    private static func isReady(_ connection: ClusterConnection) async -> Bool {
        do {
            return try await KubernetesClient.with(connection, userAgent: "test") { client in
                _ = try await client.send(KubernetesRequest<Namespace>.get(ObjectKey(namespace: "", name: "default")))
                return true
            }
        } catch {
            return false
        }
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(descriptor, pointer, length) == 0 else { return Int32(-1) }
                return getsockname(descriptor, pointer, &length)
            }
        }
        guard descriptor >= 0, result == 0 else { throw TestSupportError("no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
