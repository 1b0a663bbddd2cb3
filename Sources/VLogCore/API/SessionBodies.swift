import Foundation

/// The body of `POST /api/auth/login`.
package struct LoginRequest: Codable, Sendable {
    package var password: String

    package init(password: String) { self.password = password }
}

/// The answer to a login, and to `GET /api/auth/session`. The session itself travels in an `HttpOnly` cookie.
package struct SessionBody: Codable, Sendable, Equatable {
    /// Sent back as `X-CSRF-Token` with every request that changes something.
    package var csrfToken: String
    package var expiresAt: Date

    package init(csrfToken: String, expiresAt: Date) {
        self.csrfToken = csrfToken
        self.expiresAt = expiresAt
    }

    enum CodingKeys: String, CodingKey {
        case csrfToken = "csrf_token"
        case expiresAt = "expires_at"
    }
}

/// The body of `POST /api/auth/password`.
package struct PasswordChange: Codable, Sendable {
    package var current: String
    package var new: String

    package init(current: String, new: String) {
        self.current = current
        self.new = new
    }
}
