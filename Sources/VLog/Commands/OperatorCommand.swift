import ArgumentParser
import CLinux
import Foundation
import Kubernetes
import Logging
import Observability
import Operator
import ServiceLifecycle
import UnixSignals

struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "Run transcodes on Kubernetes: watch TranscodeJobs and VLogWorkers.",
        discussion: """
            In a pod it uses the pod's ServiceAccount; elsewhere the kubeconfig, as kubectl does. Several may run: one \
            acts, the others stand by.
            """
    )

    @Option(help: ArgumentHelp("The kubeconfig (KUBECONFIG; ~/.kube/config).", valueName: "file"))
    var kubeconfig: String?

    @Option(help: "The kubeconfig's context; its current one.")
    var context: String?

    @Option(help: "Serve this namespace only (VLOG_OPERATOR_NAMESPACE; all).")
    var namespace: String?

    @Option(help: "Where the lease is that decides who acts (VLOG_LEASE_NAMESPACE; the pod's or the context's).")
    var leaseNamespace: String?

    @Option(help: "Port of /healthz, /readyz and /metrics (VLOG_HEALTH_PORT; 8081); 0 serves none.")
    var healthPort: Int?

    @Flag(
        help: ArgumentHelp(
            "Serve external.metrics.k8s.io to the API server, for autoscalers (VLOG_EXTERNAL_METRICS=true).",
            discussion: "An APIService must name the Service vlog-external-metrics of the lease's namespace."
        )
    )
    var externalMetrics = false

    @Option(help: "Port of external.metrics.k8s.io (VLOG_EXTERNAL_METRICS_PORT; 6443).")
    var externalMetricsPort: Int?

    @OptionGroup var log: LogOptions

    func run() async throws {
        // Objects come and go by the thousand, from many threads: what is free goes back to the system instead of staying with
        // each of them.
        mallopt(M_ARENA_MAX, 2)
        mallopt(M_TRIM_THRESHOLD, 256 << 10)
        EventLoops.matchCores()
        let registry = log.bootstrap()
        do {
            try await run(registry: registry, environment: ProcessInfo.processInfo.environment)
        } catch {
            StandardError.write("error: \(error)\n")
            throw ExitCode(1)
        }
    }

    private func run(registry: PrometheusRegistry, environment: [String: String]) async throws {
        let logger = Logger(label: "vlog")
        let connection = try ClusterConnection.locate(kubeconfig: kubeconfig, context: context, environment)
        let leases = leaseNamespace ?? environment["VLOG_LEASE_NAMESPACE"] ?? connection.namespace
        let namespace = namespace ?? environment["VLOG_OPERATOR_NAMESPACE"]
        var configuration = OperatorConfiguration(
            connection: connection,
            namespace: namespace.flatMap { $0.isEmpty ? nil : $0 },
            lease: ObjectKey(namespace: leases, name: "vlog-operator"),
            identity: OperatorCommand.identity(environment)
        )
        if externalMetrics || environment["VLOG_EXTERNAL_METRICS"] == "true" {
            let port = externalMetricsPort ?? environment["VLOG_EXTERNAL_METRICS_PORT"].flatMap(Int.init) ?? 6443
            configuration.externalMetrics = ExternalMetricsConfiguration(port: port, namespace: leases)
        }
        let health = OperatorHealth()
        var services: [any Service] = []
        let port = healthPort ?? environment["VLOG_HEALTH_PORT"].flatMap(Int.init) ?? 8081
        if port > 0 {
            services.append(operatorHealthApplication(health, metrics: registry, port: port, logger: logger))
        }
        services.append(KubernetesOperator(configuration: configuration, health: health, logger: logger))
        try await ServiceGroup(
            services: services,
            gracefulShutdownSignals: [.sigint, .sigterm],
            logger: logger
        ).run()
    }

    /// The pod's name and UID, or the host and the process.
    private static func identity(_ environment: [String: String]) -> String {
        if let name = environment["VLOG_POD_NAME"] {
            return [name, environment["VLOG_POD_UID"]].compactMap { $0 }.joined(separator: "_")
        }
        return "\(ProcessInfo.processInfo.hostName)_\(ProcessInfo.processInfo.processIdentifier)"
    }
}
