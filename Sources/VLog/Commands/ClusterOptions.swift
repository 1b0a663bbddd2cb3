import APIServer
import ArgumentParser
import ClusterResources
import Foundation
import Kubernetes

/// Who transcodes: runners that ask, or Kubernetes. Each option has a `VLOG_*` variable; the option wins.
struct ClusterOptions: ParsableArguments {
    enum Dispatch: String, CaseIterable, ExpressibleByArgument {
        /// Runners ask for jobs.
        case pull
        /// Each job becomes a TranscodeJob.
        case kubernetes
    }

    @Option(help: "Who transcodes (VLOG_DISPATCH; pull): runners that ask for jobs, or kubernetes.")
    var dispatch: Dispatch?

    @Option(
        name: .customLong("worker-api-url"),
        help: ArgumentHelp(
            "Where pods reach the Worker API (VLOG_WORKER_API_URL), with kubernetes.",
            valueName: "url"
        )
    )
    var workerAPIURL: String?

    @Option(help: "Namespace of the TranscodeJobs (VLOG_CLUSTER_NAMESPACE; the pod's or the context's).")
    var clusterNamespace: String?

    @Option(help: "The VLogWorker that does the jobs (VLOG_CLUSTER_WORKER; any).")
    var clusterWorker: String?

    @Option(help: "What must encode (VLOG_CLUSTER_ACCELERATOR; any): NVIDIA, Intel or CPU.")
    var clusterAccelerator: String?

    /// Nil where runners ask for jobs.
    func configuration(_ environment: [String: String]) throws -> ClusterConfiguration? {
        guard try chosenDispatch(environment) == .kubernetes else { return nil }
        guard let url = workerAPIURL ?? environment["VLOG_WORKER_API_URL"],
            url.hasPrefix("http://") || url.hasPrefix("https://")
        else {
            throw StartError(
                "VLOG_WORKER_API_URL must say where pods reach the Worker API, http://vlog-worker-api:9002 for example."
            )
        }
        let connection = try ClusterConnection.locate(environment)
        var configuration = ClusterConfiguration(
            connection: connection,
            namespace: clusterNamespace ?? environment["VLOG_CLUSTER_NAMESPACE"] ?? connection.namespace,
            workerAPI: url
        )
        if let worker = clusterWorker ?? environment["VLOG_CLUSTER_WORKER"], !worker.isEmpty {
            configuration.worker = worker
        }
        if let name = clusterAccelerator ?? environment["VLOG_CLUSTER_ACCELERATOR"], !name.isEmpty {
            guard let accelerator = AcceleratorType(rawValue: name) else {
                throw StartError("VLOG_CLUSTER_ACCELERATOR: '\(name)' is none of NVIDIA, Intel and CPU.")
            }
            configuration.accelerator = accelerator
        }
        guard configuration.worker == nil || configuration.accelerator == nil else {
            throw StartError("Give VLOG_CLUSTER_WORKER or VLOG_CLUSTER_ACCELERATOR, not both.")
        }
        return configuration
    }

    private func chosenDispatch(_ environment: [String: String]) throws -> Dispatch {
        if let dispatch { return dispatch }
        guard let text = environment["VLOG_DISPATCH"], !text.isEmpty else { return .pull }
        guard let dispatch = Dispatch(rawValue: text) else {
            throw StartError("VLOG_DISPATCH: '\(text)' is neither pull nor kubernetes.")
        }
        return dispatch
    }
}
