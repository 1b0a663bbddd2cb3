/// What the rules of the catalog refuse. Trouble with the database itself is a `PostgresError`.
package struct CatalogError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// There is no such row, or it is deleted.
        case notFound
        /// The row's state, or another row, forbids the change; `message` says which and why.
        case conflict
        /// The runner's attempt is over: its lease ended, or another attempt has the job.
        case leaseLost
        /// The job was cancelled, or its video deleted, or there was never one.
        case jobGone
    }

    package let code: Code
    /// A sentence for a person; holds no SQL.
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" + (cause.map { " (cause: \($0))" } ?? "") }
}
