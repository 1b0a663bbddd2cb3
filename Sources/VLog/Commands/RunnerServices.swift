import Foundation
import Logging
import ProcessMemory
import ServiceLifecycle
import UnixSignals

/// A runner with its probes beside it.
struct RunnerServices {
    /// Of `--health-port`.
    let healthPort: Int?
    let environment: [String: String]
    let logger: Logger

    /// Returns when the runner has ended by itself, and its probes with it, or when all were told to stop and have.
    /// `probes` serves `/health` and the others on the port that was chosen; port 0 serves none.
    func run(_ runner: some Service, probes: (Int) -> any Service) async throws {
        var services = [
            ServiceGroupConfiguration.ServiceConfiguration(
                service: runner,
                successTerminationBehavior: .gracefullyShutdownGroup
            ),
            ServiceGroupConfiguration.ServiceConfiguration(service: MemoryReclaimer()),
        ]
        let port = healthPort ?? environment["VLOG_HEALTH_PORT"].flatMap(Int.init) ?? 8080
        if port > 0 { services.insert(ServiceGroupConfiguration.ServiceConfiguration(service: probes(port)), at: 0) }
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services,
                gracefulShutdownSignals: [.sigint, .sigterm],
                logger: logger
            )
        ).run()
    }
}
