/// Why the Worker API did not do what a runner asked for.
struct WorkerAPIError: Error, CustomStringConvertible {
    enum Code: String, Sendable {
        /// 409: another attempt owns the job by now. Stop, and send nothing.
        case leaseLost
        /// 410: the job was cancelled or its video deleted. Stop, and send nothing.
        case gone
        /// 401, 403: the key is wrong, revoked or disabled.
        case unauthorised
        /// 404
        case notFound
        /// 412: the source is not the one that the claim named.
        case sourceChanged
        /// 507: the server's storage is full.
        case noSpace
        /// The answer is final and it is no: a request that the server finds wrong, or an answer that makes no sense.
        case refused
        /// Nobody answered, or the answer was that of a server in trouble (408, 429, 5xx).
        case unavailable
    }

    let code: Code
    let message: String
    let cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The same request may succeed later.
    var isRetryable: Bool { code == .unavailable }

    var description: String { "\(code.rawValue): \(message)" + (cause.map { " (cause: \($0))" } ?? "") }
}
