import HTTPTypes
import HummingbirdTesting
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct CategoryRoutesTests {
    @Test func categoriesAreMadeEditedAndDeleted() async throws {
        try await withAdminAPI { client, _ in
            let made = try await client.send(.post, "/api/categories", json: CategoryEdit(name: "Café News"))
            #expect(made.status == .created)
            let category = try made.json(CategoryBody.self)
            #expect(made.headers[.location] == "/api/categories/\(category.id)")
            #expect(category.slug.rawValue == "cafe-news")

            let path = "/api/categories/\(category.id)"
            let edit = CategoryEdit(description: "What is new")
            let edited = try await client.send(.patch, path, json: edit).json(CategoryBody.self)
            #expect(edited.name == "Café News")
            #expect(edited.description == "What is new")
            let list = try await client.send(.get, "/api/categories").json(ListBody<CategoryBody>.self)
            #expect(list.items == [edited])
            #expect(try await client.send(.delete, path).status == .noContent)
            #expect(try await client.send(.get, path).status == .notFound)
            #expect(try await client.send(.delete, path).status == .notFound)
        }
    }

    @Test func aNameIsTakenOnceWhateverItsCase() async throws {
        try await withAdminAPI { client, _ in
            _ = try await client.send(.post, "/api/categories", json: CategoryEdit(name: "News"))
            let second = try await client.send(.post, "/api/categories", json: CategoryEdit(name: "NEWS"))
            #expect(second.status == .conflict)
            #expect(try second.error.detail.contains("NEWS"))
        }
    }

    @Test(arguments: [nil, "", "  ", String(repeating: "x", count: 81), "a\u{0}b"])
    func badNamesAreNamed(name: String?) async throws {
        try await withAdminAPI { client, _ in
            let response = try await client.send(.post, "/api/categories", json: CategoryEdit(name: name))
            #expect(response.status == .badRequest)
            #expect(try response.error.detail.hasPrefix("name:"))
        }
    }
}
