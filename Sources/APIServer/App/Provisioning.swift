import Catalog
import PasswordHashing

/// What a program that runs the server puts into the database before anything serves, or beside it.
package struct Provisioning: Sendable {
    private let services: ServerServices

    package init(_ services: ServerServices) { self.services = services }

    /// Sets the administrator's password unless there is one; true when it did.
    package func ensurePassword(_ password: String) async throws -> Bool {
        let sessions = services.catalog.sessions
        guard try await sessions.passwordHash(name: SessionService.adminName) == nil else { return false }
        try await Provisioning.setPassword(password, in: services.catalog, hasher: services.hasher)
        return true
    }

    /// Sets the administrator's password and ends all sessions. Throws `APIError` when it is too short or too long.
    package static func setPassword(
        _ password: String,
        in catalog: Catalog,
        hasher: PasswordHasher = PasswordHasher()
    ) async throws {
        try await SessionService(sessions: catalog.sessions, hasher: hasher).setPassword(password)
    }

    /// A new key for the runner of this name in this very process. Its former leases end at once: they are from a
    /// process that no longer exists.
    package func registerLocalWorker(name: String) async throws -> String {
        let key = WorkerAPIKey()
        let worker = try await services.catalog.workers.register(
            name: name,
            keyPrefix: key.prefix,
            keyHash: try await services.hasher.hash(key.text)
        )
        _ = try await services.catalog.jobs.releaseAll(worker: worker)
        return key.text
    }
}
