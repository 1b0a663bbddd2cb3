/// Anything that can go wrong between a query and its rows.
package struct PostgresError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// No connection could be made.
        case connectionFailed
        /// The connection broke while a statement ran; whether it was executed is unknown.
        case connectionLost
        /// Every connection was in use for the whole wait limit.
        case poolTimeout
        /// The server refused the statement: see `sqlState`.
        case queryFailed
        /// A value could not be read as, or written from, a Swift type.
        case decoding
        /// The task was cancelled.
        case cancelled
        /// The pool, or the transaction, has ended.
        case closed
    }

    package let code: Code
    /// What was attempted, and what the server said. Never holds bound values.
    package let message: String
    /// The five characters of <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
    package let sqlState: String?
    /// The constraint that a 23xxx error is about.
    package let constraint: String?
    package let cause: (any Error)?
    /// A connection failure that waiting may mend: the server starts, stops, or is full.
    let isTransientFailure: Bool

    package init(
        _ code: Code,
        _ message: String,
        sqlState: String? = nil,
        constraint: String? = nil,
        isTransientFailure: Bool = true,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.isTransientFailure = isTransientFailure
        self.cause = cause
    }

    /// The same work may succeed if it is done again from the start.
    package var isRetryable: Bool {
        switch code {
        case .connectionFailed: isTransientFailure
        case .connectionLost, .poolTimeout: true
        case .queryFailed: isConflict || isServerGoing
        case .decoding, .cancelled, .closed: false
        }
    }

    package var isUniqueViolation: Bool { sqlState == "23505" }

    package var isForeignKeyViolation: Bool { sqlState == "23503" }

    /// Serialisation failure or deadlock: the transaction was rolled back for another's sake.
    var isConflict: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// The server shuts down, crashed or has not started yet.
    var isServerGoing: Bool { sqlState == "57P01" || sqlState == "57P02" || sqlState == "57P03" }

    package var description: String {
        "\(code.rawValue): \(message)" + (sqlState.map { " [\($0)]" } ?? "") + (cause.map { " (cause: \($0))" } ?? "")
    }
}
