import Kubernetes

/// What the fake API server does with a call instead of serving it.
package enum FakeFault: Sendable {
    /// Answers so, and does nothing.
    case status(Int, reason: String? = nil, retryAfter: Int? = nil)
    /// Serves the call and answers so all the same: the writer cannot know that it was done.
    case statusAfterwards(Int)
    /// Breaks the connection without an answer.
    case drop
    /// A watch that is accepted and says nothing, ever.
    case silence
    /// A watch that is told, as its first event, that it begins too far back.
    case expired
}

/// A request as it arrived.
package struct FakeCall: Sendable {
    package let method: String
    /// The plural of the resource, `jobs`.
    package let plural: String
    package let key: ObjectKey
    package let subresource: String?
    package let query: [String: String]
    package let userAgent: String

    package var isWatch: Bool { query["watch"] == "true" }
    package var isWrite: Bool { method != "GET" }
}
