/// Why the private server cannot be had; the message tells a person what to do.
package struct PrivatePostgresError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// PostgreSQL, or its system user, is not installed.
        case notInstalled
        /// The folder belongs to somebody else, or cannot be entered by the server's user.
        case folderNotUsable
        /// Another process of ours serves this folder.
        case folderInUse
        /// The folder was made by another major version than those installed.
        case versionMismatch
        /// The server, or a program of its package, failed.
        case serverFailed
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" + (cause.map { " (cause: \($0))" } ?? "") }
}
