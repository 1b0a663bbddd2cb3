import Catalog
import HTTPTypes
import Hummingbird
import Logging
import VLogCore

/// `/api/workers`: who transcodes, whether they have been heard of, and how they are taken out of service.
struct WorkerListRoutes: Sendable {
    let workers: WorkerQueries

    func add(to group: RouterGroup<AdminContext>) {
        group.get(use: list)
        group.put(":workerID/drain", use: drain)
        group.delete(":workerID/drain", use: undrain)
        group.delete(":workerID/keys", use: revoke)
    }

    @Sendable func list(_ request: Request, context: AdminContext) async throws -> JSONResponse<ListBody<WorkerBody>> {
        let items = try await workers.list()
        return JSONResponse(ListBody(items: items, total: items.count, next: nil))
    }

    /// The worker ends when its job is done.
    @Sendable func drain(_ request: Request, context: AdminContext) async throws -> HTTPResponse.Status {
        try await setDraining(true, context)
    }

    @Sendable func undrain(_ request: Request, context: AdminContext) async throws -> HTTPResponse.Status {
        try await setDraining(false, context)
    }

    /// From its next call on the worker is a stranger, on every server.
    @Sendable func revoke(_ request: Request, context: AdminContext) async throws -> HTTPResponse.Status {
        let id = try context.workerID
        guard try await workers.revokeKeys(id) else { throw APIError.notFound("worker \(id)") }
        context.logger.info("worker keys revoked", metadata: ["worker.id": "\(id)"])
        return .noContent
    }

    private func setDraining(_ draining: Bool, _ context: AdminContext) async throws -> HTTPResponse.Status {
        let id = try context.workerID
        guard try await workers.setDraining(id, draining) else { throw APIError.notFound("worker \(id)") }
        context.logger.info("worker drain", metadata: ["worker.id": "\(id)", "draining": "\(draining)"])
        return .noContent
    }
}

extension AdminContext {
    fileprivate var workerID: WorkerID { get throws { try id("workerID", of: "worker of this number") } }
}
