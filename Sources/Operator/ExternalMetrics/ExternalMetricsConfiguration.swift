/// How `external.metrics.k8s.io` is served.
package struct ExternalMetricsConfiguration: Sendable {
    /// Where the API server's requests arrive, over TLS.
    package var port: Int
    /// The operator's own, in which the Service and the Secret are.
    package var namespace: String
    /// The Service that the APIService names.
    package var service = "vlog-external-metrics"
    /// Keeps the certificate, so that all operators show the same one. It must be there, empty to begin with.
    package var secret = "vlog-operator-serving"
    /// How often certificate and trusted callers are looked at again.
    package var interval = Duration.seconds(60)

    package init(port: Int = 6443, namespace: String) {
        self.port = port
        self.namespace = namespace
    }

    /// The name under which the API server calls.
    var serverName: String { "\(service).\(namespace).svc" }
}
