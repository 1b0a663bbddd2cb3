/// A request to an address that somebody gave.
package struct EgressRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// `http` or `https`; anything else is refused.
    package var url: String
    package var method = Method.get
    package var headers: [(name: String, value: String)] = []
    /// Sent with `POST`.
    package var body: [UInt8] = []
    /// The whole of it, redirects included; nil has no limit besides `stallLimit`.
    package var timeLimit: Duration? = .seconds(30)
    /// For a connection, its TLS included.
    package var connectLimit: Duration = .seconds(10)
    /// Without a byte for so long it is given up.
    package var stallLimit: Duration = .seconds(30)
    /// The most bytes that an answer may have.
    package var mostBytes: Int64 = 1 << 20
    package var mostRedirects = 0

    package init(url: String) { self.url = url }
}

/// What came back: the last answer's status and headers, after redirects.
package struct EgressResponse: Sendable {
    package var status: Int
    /// By lower-case name; of several of one name the last.
    package var headers: [String: String]
}
