import HTTPTypes

/// An error that a client is told: a status, and a sentence that names the thing and the rule. Thrown by routes and
/// services; anything else that they throw becomes a bare 500.
package struct APIError: Error, CustomStringConvertible {
    package let status: HTTPResponse.Status
    /// A sentence for a person; never SQL, a path of the server or a credential.
    package let detail: String
    /// A word for a program, where the status alone is not enough.
    package let code: String?
    /// Sent along, for example `Retry-After`.
    package let headers: HTTPFields
    /// Goes to the log, not to the client.
    package let cause: (any Error)?

    package init(
        _ status: HTTPResponse.Status,
        _ detail: String,
        code: String? = nil,
        headers: HTTPFields = [:],
        cause: (any Error)? = nil
    ) {
        self.status = status
        self.detail = detail
        self.code = code
        self.headers = headers
        self.cause = cause
    }

    package var description: String { "\(status.code): \(detail)" + (cause.map { " (cause: \($0))" } ?? "") }
}

extension APIError {
    /// 404 for a thing of a kind, `video 7`, that is not there or that the asker may not see.
    package static func notFound(_ thing: String) -> APIError { APIError(.notFound, "There is no \(thing).") }

    /// 400 that names the field and the rule that it broke.
    package static func badField(_ field: String, _ rule: String) -> APIError {
        APIError(.badRequest, "\(field): \(rule)", code: "bad_field")
    }
}
