import SystemPackage

/// Something went wrong below the storage root.
package struct StorageError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The disk, or the quota, is full.
        case noSpace
        case notFound
        /// What should be made is there already.
        case exists
        case failed
    }

    package let code: Code
    /// What was attempted, on which file; for the log, as it may hold a path of the server.
    package let message: String
    package let cause: Errno?

    package init(_ code: Code, _ message: String, cause: Errno? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Takes the code from what the system said.
    package init(_ message: String, _ errno: Errno) {
        let code: Code =
            switch errno {
            case .noSpace, .diskQuotaExceeded: .noSpace
            case .noSuchFileOrDirectory, .notDirectory: .notFound
            case .fileExists, .directoryNotEmpty: .exists
            default: .failed
            }
        self.init(code, message, cause: errno)
    }

    package var description: String { "\(code.rawValue): \(message)" + (cause.map { " (cause: \($0))" } ?? "") }
}
