import Hummingbird
import HummingbirdTesting
import SystemPackage
import Testing
import VLogCore

@testable import APIServer

/// All three APIs over real sockets, and what is behind them.
struct RunningServer: Sendable {
    let services: ServerServices
    let publicPort: Int
    let adminPort: Int
    let workerPort: Int
}

/// Runs a whole server over an empty database and an empty storage tree.
func withServer<Output: Sendable>(
    storage: FilePath? = nil,
    adjust: (inout ServerConfiguration) -> Void = { _ in },
    body: @Sendable (RunningServer) async throws -> Output
) async throws -> Output {
    try await withServices(storage: storage) {
        adjust(&$0)
    } body: { services in
        try await buildPublicApplication(services).test(.live) { visitors in
            try await buildAdminApplication(services).test(.live) { admins in
                try await buildWorkerApplication(services).test(.live) { workers in
                    let server = RunningServer(
                        services: services,
                        publicPort: try #require(visitors.port),
                        adminPort: try #require(admins.port),
                        workerPort: try #require(workers.port)
                    )
                    return try await body(server)
                }
            }
        }
    }
}
