/// Where an API listens.
package struct ListenAddress: Sendable, Equatable {
    /// A name or an IP address; loopback unless an admin says otherwise.
    package var host: String
    /// 0 lets the system choose, as tests do.
    package var port: Int

    package init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
    }
}
