/// What every error of the three APIs looks like.
package struct ErrorBody: Codable, Sendable, Equatable {
    /// A sentence for a person: what was wrong with what, and the rule.
    package var detail: String
    /// A word for a program, where a status alone is not enough (`lease_lost`, `no_space`, …).
    package var code: String?
    /// The id under which the server's log tells the rest.
    package var requestID: String?

    package init(detail: String, code: String? = nil, requestID: String? = nil) {
        self.detail = detail
        self.code = code
        self.requestID = requestID
    }

    enum CodingKeys: String, CodingKey {
        case detail, code
        case requestID = "request_id"
    }
}
