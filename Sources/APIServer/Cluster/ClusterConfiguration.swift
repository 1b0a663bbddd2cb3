import ClusterResources
import Kubernetes

/// How jobs are handed to Kubernetes.
package struct ClusterConfiguration: Sendable {
    /// How to reach its API server.
    package var connection: ClusterConnection
    /// Where TranscodeJobs are made; the pods of runners are there, too.
    package var namespace: String
    /// Where the pods reach the Worker API, for example `http://vlog-worker-api.vlog.svc:9002`.
    package var workerAPI: String
    /// The VLogWorker that does the jobs; nil leaves the choice to the operator.
    package var worker: String?
    /// What must encode them; nil leaves that open. Not together with `worker`.
    package var accelerator: AcceleratorType?
    package var retryPolicy = TranscodeJobSpec.RetryPolicy()
    /// Seconds for which a TranscodeJob that has ended stays to be looked at.
    package var keepSeconds = 3600

    package init(connection: ClusterConnection, namespace: String, workerAPI: String) {
        self.connection = connection
        self.namespace = namespace
        self.workerAPI = workerAPI
    }
}
