import Catalog
import Hummingbird
import VLogCore

/// `GET /api/workers`: who transcodes, and whether they have been heard of.
struct WorkerListRoutes: Sendable {
    let workers: WorkerQueries

    func add(to group: RouterGroup<AdminContext>) { group.get(use: list) }

    @Sendable func list(_ request: Request, context: AdminContext) async throws -> JSONResponse<ListBody<WorkerBody>> {
        let items = try await workers.list()
        return JSONResponse(ListBody(items: items, total: items.count, next: nil))
    }
}
