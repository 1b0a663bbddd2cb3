import Foundation

/// How somebody proved to be an admin.
package enum AdminIdentity: Sendable {
    /// By the header `X-Admin-Secret`.
    case secret
    /// By the cookie of a session.
    case session(AdminSession)

    /// The session, when there is one.
    package var session: AdminSession? {
        guard case .session(let session) = self else { return nil }
        return session
    }
}

/// A signed-in browser.
package struct AdminSession: Sendable {
    /// SHA-256 of the cookie's value, as the database knows the session.
    package let tokenHash: [UInt8]
    /// What requests that change something must repeat in `X-CSRF-Token`.
    package let csrfToken: String
    package let expiresAt: Date
}
