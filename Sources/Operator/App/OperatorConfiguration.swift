import Kubernetes

/// What an operator needs to know.
package struct OperatorConfiguration: Sendable {
    /// How to reach the API server.
    package var connection: ClusterConnection
    /// nil to serve all namespaces.
    package var namespace: String?
    /// Where the lease is, and its name.
    package var lease: ObjectKey
    /// Who holds the lease: the same for a container that was started again in the same pod.
    package var identity: String
    package var leaderTimes = LeaderElection.Times()
    /// TranscodeJobs that are worked on at the same time.
    package var concurrency = 16
    /// nil to serve no `external.metrics.k8s.io`.
    package var externalMetrics: ExternalMetricsConfiguration?

    package init(connection: ClusterConnection, namespace: String?, lease: ObjectKey, identity: String) {
        self.connection = connection
        self.namespace = namespace
        self.lease = lease
        self.identity = identity
    }
}
