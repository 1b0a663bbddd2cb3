/// Why an attempt at a job ended without a result. The list is closed: clients and the operator switch on it.
package enum FailureCode: String, Codable, Sendable, CaseIterable {
    /// The source cannot be transcoded by anybody: the video fails at once.
    case badInput = "bad_input"
    /// This runner lacks an encoder, a decoder or a program that the job needs; another one may have it.
    case noEncoder = "no_encoder"
    /// The runner's scratch folder or the server's storage is full.
    case noSpace = "no_space"
    /// The attempt took longer than its duration and size allow, or made no progress for too long.
    case timeout
    /// The lease ran out: the runner died, or could not reach the server.
    case lost
    /// Somebody cancelled the job or deleted the video.
    case cancelled
    /// Anything else; the message says what.
    case `internal`

    /// Whether another attempt may end differently.
    package var isRetryable: Bool {
        switch self {
        case .badInput, .cancelled: false
        case .noEncoder, .noSpace, .timeout, .lost, .internal: true
        }
    }

    /// Whether another worker may succeed where this one failed.
    package var mayBeTheWorkers: Bool {
        switch self {
        case .noEncoder, .noSpace, .timeout, .internal: true
        case .badInput, .lost, .cancelled: false
        }
    }

    /// Whether the attempt counts against the job's budget. A lost node is nobody's fault; it has a bound of its own.
    package var isCharged: Bool { self != .lost && self != .cancelled }
}
