import APIServer
import ArgumentParser
import Glibc
import NIOCore
import ServiceLifecycle

/// One of the three APIs that a server process can serve.
enum ServerRole: String, CaseIterable, Sendable, ExpressibleByArgument {
    case `public`, admin, worker

    /// The services of these roles, with what they share, in the order of starting.
    static func services(
        _ roles: Set<ServerRole>,
        _ shared: ServerServices,
        onRunning: @escaping @Sendable () -> Void
    ) -> [any Service] {
        shared.background + (roles.contains(.admin) ? watchFolder(shared) : [])
            + allCases.filter(roles.contains).map { role in
                NamedListener(
                    service: role.application(shared) { _ in onRunning() },
                    role: role,
                    address: role.address(shared.configuration)
                )
            }
    }

    private static func watchFolder(_ shared: ServerServices) -> [any Service] {
        WatchFolderService(shared).map { [$0] } ?? []
    }

    private func application(
        _ shared: ServerServices,
        _ onRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> any Service {
        switch self {
        case .public: buildPublicApplication(shared, onRunning: onRunning)
        case .admin: buildAdminApplication(shared, onRunning: onRunning)
        case .worker: buildWorkerApplication(shared, onRunning: onRunning)
        }
    }

    private func address(_ configuration: ServerConfiguration) -> ListenAddress {
        switch self {
        case .public: configuration.publicAddress
        case .admin: configuration.adminAddress
        case .worker: configuration.workerAddress
        }
    }
}

/// Says which port could not be listened on, and which option chooses another.
private struct NamedListener: Service {
    let service: any Service
    let role: ServerRole
    let address: ListenAddress

    func run() async throws {
        do {
            try await service.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw StartError(
                "port \(address.port) is taken by another program: stop it, or choose another with --\(role)-port"
            )
        } catch let error as IOError where error.errnoCode == EACCES {
            throw StartError("port \(address.port) is for root: choose one above 1023 with --\(role)-port")
        }
    }
}
