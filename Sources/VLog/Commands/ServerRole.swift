import APIServer
import ArgumentParser
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
        var all = shared.background
        let running: @Sendable (any Channel) async -> Void = { _ in onRunning() }
        if roles.contains(.public) { all.append(buildPublicApplication(shared, onRunning: running)) }
        if roles.contains(.admin) { all.append(buildAdminApplication(shared, onRunning: running)) }
        if roles.contains(.worker) { all.append(buildWorkerApplication(shared, onRunning: running)) }
        return all
    }
}
