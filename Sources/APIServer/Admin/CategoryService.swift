import Catalog
import Foundation
import VLogCore

/// The rules by which admins keep categories.
struct CategoryService: Sendable {
    private static let longestName = 80
    private static let longestDescription = 1000

    let categories: CategoryQueries

    init(_ services: ServerServices) { categories = services.catalog.categories }

    func list() async throws -> ListBody<CategoryBody> {
        let items = try await categories.list(publicOnly: false)
        return ListBody(items: items, total: items.count, next: nil)
    }

    func show(_ id: CategoryID) async throws -> CategoryBody {
        guard let category = try await categories.find(id) else { throw APIError.notFound("category \(id)") }
        return category
    }

    func create(_ edit: CategoryEdit) async throws -> CategoryBody {
        guard let name = edit.name else { throw APIError.badField("name", "is missing.") }
        let id = try await categories.create(
            name: try checked(name: name),
            description: try checked(description: edit.description ?? "")
        )
        return try await show(id)
    }

    func edit(_ id: CategoryID, _ edit: CategoryEdit) async throws -> CategoryBody {
        let checked = CategoryEdit(
            name: try edit.name.map(checked(name:)),
            description: try edit.description.map(checked(description:))
        )
        guard try await categories.edit(id, checked) else { throw APIError.notFound("category \(id)") }
        return try await show(id)
    }

    func delete(_ id: CategoryID) async throws {
        guard try await categories.delete(id) else { throw APIError.notFound("category \(id)") }
    }

    private func checked(name text: String) throws -> String {
        let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...CategoryService.longestName).contains(name.count) else {
            throw APIError.badField("name", "has 1 to \(CategoryService.longestName) characters.")
        }
        guard name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw APIError.badField("name", "has control characters.")
        }
        return name
    }

    private func checked(description text: String) throws -> String {
        guard text.count <= CategoryService.longestDescription, !text.contains("\0") else {
            throw APIError.badField("description", "has at most \(CategoryService.longestDescription) characters.")
        }
        return text
    }
}
