/// Anything that can go wrong between a command and its reply.
package struct RedisError: Error, CustomStringConvertible, Equatable {
    package enum Code: String, Sendable {
        /// The URL cannot be used; waiting does not mend it.
        case badURL
        /// No connection could be made, or the server did not let us in.
        case connectionFailed
        /// The connection broke; whether the commands were done is unknown.
        case connectionLost
        /// Nothing came within the time limit.
        case timeout
        /// The server answered with an error: the message is its.
        case refused
        /// The reply is not of the shape that the command has.
        case unexpectedReply
        /// The task was cancelled.
        case cancelled
        /// The connection was closed, or never opened.
        case closed
    }

    package let code: Code
    /// What was attempted, and what the server or the system said. Never holds arguments.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
