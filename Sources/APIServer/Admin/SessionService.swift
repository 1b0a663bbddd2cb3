import Catalog
import Foundation
import PasswordHashing
import VLogCore

/// The rules of signing in: one password, sessions that end when they are not used for a while.
struct SessionService: Sendable {
    /// The name under which the database keeps the one password there is.
    static let adminName = "admin"
    /// How long a session lasts after it was last used.
    static let lifetime: TimeInterval = 12 * 3600
    /// Extended at most so often, as each time is a write.
    private static let extensionStep: TimeInterval = 600
    private static let passwordLengths = 8...1024

    let sessions: SessionQueries
    let hasher: PasswordHasher

    init(sessions: SessionQueries, hasher: PasswordHasher) {
        self.sessions = sessions
        self.hasher = hasher
    }

    init(_ services: ServerServices) { self.init(sessions: services.catalog.sessions, hasher: services.hasher) }

    /// Whether it is the password. Takes as long when none is set, so that nobody learns that from the time.
    func isPassword(_ text: String) async throws -> Bool {
        guard text.utf8.count <= SessionService.passwordLengths.upperBound else { return false }
        let known = try await sessions.passwordHash(name: SessionService.adminName)
        let isRight = try await hasher.verify(text, against: known ?? SessionService.nobodysHash)
        return isRight && known != nil
    }

    /// Begins a session; the token goes into the cookie and is kept nowhere.
    func begin() async throws -> (token: String, body: SessionBody) {
        try await sessions.deleteExpired()
        let token = Secret.token()
        let body = SessionBody(csrfToken: Secret.token(), expiresAt: Date() + SessionService.lifetime)
        try await sessions.create(
            tokenHash: Secret.hash(token),
            csrfToken: body.csrfToken,
            expiresAt: body.expiresAt
        )
        return (token, body)
    }

    /// The session of a cookie; nil when it has ended. Using it makes it last longer.
    func find(token: String) async throws -> AdminSession? {
        guard token.utf8.count <= 128 else { return nil }
        return try await find(tokenHash: Secret.hash(token))
    }

    func find(tokenHash: [UInt8]) async throws -> AdminSession? {
        guard let known = try await sessions.find(tokenHash: tokenHash) else { return nil }
        var expiresAt = known.expiresAt
        let wanted = Date() + SessionService.lifetime
        if wanted.timeIntervalSince(expiresAt) > SessionService.extensionStep {
            try await sessions.extend(tokenHash: tokenHash, expiresAt: wanted)
            expiresAt = wanted
        }
        return AdminSession(tokenHash: tokenHash, csrfToken: known.csrfToken, expiresAt: expiresAt)
    }

    func end(_ session: AdminSession) async throws { try await sessions.delete(tokenHash: session.tokenHash) }

    /// Ends all sessions, of whoever knew the old password.
    func setPassword(_ text: String) async throws {
        guard SessionService.passwordLengths.contains(text.utf8.count) else {
            let (least, most) = (SessionService.passwordLengths.lowerBound, SessionService.passwordLengths.upperBound)
            throw APIError.badField("new", "is \(least) to \(most) bytes long.")
        }
        try await sessions.setPassword(name: SessionService.adminName, hash: try await hasher.hash(text))
    }

    /// Of no password: made once from random bytes that were thrown away, with the parameters of the real ones.
    private static let nobodysHash =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ZxoULeS4Xp1nVvRbyGTNAxeZLlX9Y0sDhHNmtXDdPpk"
}
