/// The body of an answer that is no success (metav1.Status).
struct StatusBody: Decodable, Sendable {
    struct Details: Decodable, Sendable {
        var retryAfterSeconds: Int?
    }

    var code: Int?
    /// In CamelCase: `AlreadyExists`, `Expired`.
    var reason: String?
    var message: String?
    var details: Details?
}
