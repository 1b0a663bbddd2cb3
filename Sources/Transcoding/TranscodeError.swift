import VLogCore

/// Why a file could not be turned into a video.
package struct TranscodeError: Error, CustomStringConvertible {
    package let code: FailureCode
    /// A sentence for the uploader: what is wrong and, where it helps, what to do.
    package let message: String
    /// The end of the log of the program that failed, at most `LogTail.limit` bytes; empty when none ran.
    package let logTail: String
    package let cause: (any Error)?

    package init(_ code: FailureCode, _ message: String, logTail: String = "", cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.logTail = logTail
        self.cause = cause
    }

    package var description: String {
        "\(code.rawValue): \(message)" + (cause.map { " (cause: \($0))" } ?? "")
    }
}
