import VLogCore

/// Why an attempt ends without a result, as the server and the uploader are told.
package struct JobFailure: Error, CustomStringConvertible {
    /// Bytes of a log that the server takes.
    package static let longestLogTail = 4096

    package let code: FailureCode
    /// A sentence for the uploader: what is wrong and what to do. Names no path of this machine.
    package let message: String
    package let logTail: String
    /// For the runner's own log.
    package let cause: (any Error)?

    /// Keeps the end of the log.
    package init(_ code: FailureCode, _ message: String, logTail: String = "", cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.logTail = String(decoding: logTail.utf8.suffix(JobFailure.longestLogTail), as: UTF8.self)
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" + (cause.map { " (cause: \($0))" } ?? "") }

    var request: FailRequest { FailRequest(code: code, message: message, logTail: logTail) }
}
