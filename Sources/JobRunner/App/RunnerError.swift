/// Why a runner cannot start at all.
package struct RunnerError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Another runner works in the same scratch folder; the two would sweep each other's files away.
        case scratchInUse
        /// The scratch folder cannot be made or written to.
        case scratchUnusable
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" + (cause.map { " (cause: \($0))" } ?? "") }
}
