import Catalog
import HTTPTypes
import Hummingbird
import VLogCore

/// `/api/categories` of the Admin API.
struct CategoryRoutes: Sendable {
    let categories: CategoryService

    func add(to group: RouterGroup<AdminContext>) {
        group.get(use: list)
        group.post(use: create)
        group.get(":categoryID", use: show)
        group.patch(":categoryID", use: edit)
        group.delete(":categoryID", use: delete)
    }

    @Sendable func list(_ request: Request, context: AdminContext) async throws
        -> JSONResponse<ListBody<CategoryBody>>
    {
        JSONResponse(try await categories.list())
    }

    @Sendable func create(_ request: Request, context: AdminContext) async throws -> JSONResponse<CategoryBody> {
        let edit = try await request.decode(as: CategoryEdit.self, context: context)
        let category = try await categories.create(edit)
        return JSONResponse(category, status: .created, headers: [.location: "/api/categories/\(category.id)"])
    }

    @Sendable func show(_ request: Request, context: AdminContext) async throws -> JSONResponse<CategoryBody> {
        JSONResponse(try await categories.show(context.categoryID))
    }

    @Sendable func edit(_ request: Request, context: AdminContext) async throws -> JSONResponse<CategoryBody> {
        let id = try context.categoryID
        let edit = try await request.decode(as: CategoryEdit.self, context: context)
        return JSONResponse(try await categories.edit(id, edit))
    }

    /// Its videos stay, without a category.
    @Sendable func delete(_ request: Request, context: AdminContext) async throws -> HTTPResponse.Status {
        try await categories.delete(context.categoryID)
        return .noContent
    }
}

extension AdminContext {
    fileprivate var categoryID: CategoryID { get throws { try id("categoryID", of: "category of this number") } }
}
