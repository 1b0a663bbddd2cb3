/// The files of a connection with TLS, in PEM. They are read anew for each connection, so renewed ones are taken up.
package struct RedisTLSFiles: Sendable, Equatable {
    /// Authorities that the server's certificate may be of; nil for those that the system trusts.
    package var authorities: String?
    /// Our own certificate, with those between it and its authority, for servers that ask for one.
    package var certificate: String?
    package var key: String?

    package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }

    /// From the `VLOG_REDIS_…` variables; one that is empty counts as not set.
    package init(environment: [String: String]) {
        func file(_ variable: String) -> String? { environment[variable].flatMap { $0.isEmpty ? nil : $0 } }
        self.init(
            authorities: file("VLOG_REDIS_CA_FILE"),
            certificate: file("VLOG_REDIS_CERT_FILE"),
            key: file("VLOG_REDIS_KEY_FILE")
        )
    }

    var isEmpty: Bool { self == RedisTLSFiles() }
}
