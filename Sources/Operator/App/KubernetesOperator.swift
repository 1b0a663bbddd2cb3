import AsyncHTTPClient
import CLinux
import Kubernetes
import Logging
import Metrics
import NIOCore
import Observability
import ProcessMemory
import ServiceLifecycle
import VLogCore

/// Watches TranscodeJobs and VLogWorkers, and acts while it holds the lease. One that stands by keeps its caches filled, so
/// that it can act at once.
package struct KubernetesOperator: Service {
    private let configuration: OperatorConfiguration
    private let health: OperatorHealth
    private let logger: Logger

    package init(configuration: OperatorConfiguration, health: OperatorHealth = OperatorHealth(), logger: Logger) {
        self.configuration = configuration
        self.health = health
        self.logger = logger
    }

    /// Returns on graceful shutdown, when all work has ended and the lease has been given up. Throws `LeadershipLost` when
    /// it could not be kept; the process must end then, since its caches may be old.
    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await connect() }
        } catch is CancellationError {
            logger.info("operator stopped")
        }
    }

    private func connect() async throws {
        let agent = "vlog-operator/\(productVersion)"
        try await KubernetesClient.with(configuration.connection, userAgent: agent) { client in
            var limits = HTTPClient.Configuration()
            limits.timeout = .init(connect: .seconds(2), read: .seconds(2))
            limits.redirectConfiguration = .disallow
            try await HTTPClient.withHTTPClient(configuration: limits) { http in
                try await work(client, pods: RunnerProgressClient(http: http))
            }
        }
    }

    private func work(_ client: KubernetesClient, pods: RunnerProgressClient) async throws {
        let parts = OperatorParts(client: client, progress: pods, configuration: configuration, logger: logger)
        logger.info("operator started", metadata: ["namespace": "\(configuration.namespace ?? "(all)")"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            parts.addInformers(to: &group)
            group.addTask { try await act(parts, client) }
            group.addTask { try await giveMemoryBack(parts) }
            if let metrics = parts.externalMetrics {
                group.addTask {
                    try await parts.caches.waitUntilComplete()
                    try await metrics.run()
                }
            }
            defer {
                health.setReady(false)
                group.cancelAll()
            }
            // None of them ends by itself but with an error.
            try await group.next()
        }
    }

    /// Soon after the start, and again from time to time, as a busy hour needs more than a quiet one.
    private func giveMemoryBack(_ parts: OperatorParts) async throws {
        try await parts.caches.waitUntilComplete()
        try await Task.sleep(for: .seconds(5))
        while true {
            malloc_trim(0)
            try await Task.sleep(for: .seconds(300))
        }
    }

    private func act(_ parts: OperatorParts, _ client: KubernetesClient) async throws {
        try await parts.caches.waitUntilComplete()
        // Reading the lists took much more than keeping what was in them.
        malloc_trim(0)
        health.setReady(true)
        let leader = Gauge(label: MetricName.leader.rawValue)
        leader.record(0)
        let election = LeaderElection(
            lease: configuration.lease,
            identity: configuration.identity,
            client: client,
            times: configuration.leaderTimes,
            logger: logger,
            // An idle operator does little else than looking at the lease, which uses some 230 places of the program.
            beforePause: ProgramPages.release
        )
        try await election.lead {
            leader.record(1)
            await parts.runControllers(client.fenced(by: election.fence))
        }
    }
}
