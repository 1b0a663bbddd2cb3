import Foundation

/// Why the API server did not do what it was asked for.
package struct KubernetesError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// 404
        case notFound
        /// 409: something of this name is there already.
        case alreadyExists
        /// 409: the object has changed since it was read.
        case conflict
        /// 410: the version that a watch or the next page begins at is no longer known.
        case expired
        /// 422, and 400: the object breaks a rule; nothing but another object helps.
        case invalid
        /// 401
        case unauthorized
        /// 403: RBAC, a quota or an admission rule says no.
        case forbidden
        /// 429
        case tooManyRequests
        /// Nobody answered, or the answer was that of a server in trouble (408, 5xx).
        case unavailable
        /// The answer makes no sense.
        case badAnswer
        /// The client cannot be set up: a kubeconfig, a certificate or a token cannot be read.
        case configuration
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?
    /// How long the server wants to be left alone.
    package let retryAfter: Duration?

    package init(_ code: Code, _ message: String, retryAfter: Duration? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.cause = cause
    }

    /// The same request may succeed later without anybody doing anything.
    package var isRetryable: Bool {
        switch code {
        case .conflict, .expired, .tooManyRequests, .unavailable, .unauthorized, .forbidden: true
        case .notFound, .alreadyExists, .invalid, .badAnswer, .configuration: false
        }
    }

    package var description: String { "\(code.rawValue): \(message)" + (cause.map { " (cause: \($0))" } ?? "") }
}

extension KubernetesError {
    /// Reads an answer that is no success. `retryAfter` is the header's.
    init(status: Int, body: StatusBody?, retryAfter: Duration?, attempted: String) {
        let wait = retryAfter ?? body?.details?.retryAfterSeconds.map { .seconds($0) }
        let reason = body?.message ?? body?.reason ?? "no reason given"
        self.init(
            KubernetesError.code(status: status, reason: body?.reason),
            "\(attempted) was answered \(status): \(reason)",
            retryAfter: wait
        )
    }

    private static func code(status: Int, reason: String?) -> Code {
        switch status {
        case 400, 405, 413, 415, 422: .invalid
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 409: reason == "AlreadyExists" ? .alreadyExists : .conflict
        case 410: .expired
        case 429: .tooManyRequests
        case 408, 500...599: .unavailable
        default: .badAnswer
        }
    }
}
