import Postgres
import VLogCore

/// Categories of videos. Names are unique, whatever their case; a slug is made once and stays.
package struct CategoryQueries: Sendable {
    let pool: PostgresPool

    /// The first 1000 categories, by name. `publicOnly` counts what visitors see, otherwise all but deleted videos.
    package func list(publicOnly: Bool) async throws(PostgresError) -> [CategoryBody] {
        try await pool.all(
            CategoryBody.self,
            "\(Self.select(publicOnly: publicOnly)) ORDER BY lower(c.name), c.id LIMIT 1000"
        )
    }

    /// A category with the count of its videos that are not deleted; nil when there is none.
    package func find(_ id: CategoryID) async throws(PostgresError) -> CategoryBody? {
        try await pool.first(CategoryBody.self, "\(Self.select(publicOnly: false)) WHERE c.id = \(id)")
    }

    /// Throws `CatalogError.conflict` when the name is taken.
    package func create(name: String, description: String = "") async throws -> CategoryID {
        try await namingDuplicates(of: name) {
            try await pool.withTransaction { transaction in
                // Each round loses only to a category that took the slug meanwhile under a different name ("News 2").
                for _ in 0..<20 {
                    let wanted = Slug(title: name, fallback: "category")
                    let slug = try await FreeSlug.choose(wanted, for: .category, in: transaction)
                    let row = try await transaction.query(
                        """
                        INSERT INTO categories (name, slug, description) VALUES (\(name), \(slug), \(description))
                        ON CONFLICT (slug) DO NOTHING RETURNING id
                        """
                    ).first
                    if let row { return try row.decode("id") }
                }
                throw CatalogError(.conflict, "Many categories of this name arrive at this moment; try again.")
            }
        }
    }

    /// Changes what the edit names; false when there is no such category. Throws `CatalogError.conflict` when the
    /// new name is another's.
    package func edit(_ id: CategoryID, _ edit: CategoryEdit) async throws -> Bool {
        try await namingDuplicates(of: edit.name ?? "") {
            try await pool.execute(
                """
                UPDATE categories SET
                    name = COALESCE(\(edit.name), name), description = COALESCE(\(edit.description), description)
                WHERE id = \(id)
                """
            ) > 0
        }
    }

    /// Its videos stay, without a category. False when there is no such category.
    package func delete(_ id: CategoryID) async throws(PostgresError) -> Bool {
        try await pool.execute("DELETE FROM categories WHERE id = \(id)") > 0
    }

    private static func select(publicOnly: Bool) -> SQLQuery {
        let isCounted: StaticString = publicOnly ? VideoQueries.isVisible : "v.deleted_at IS NULL"
        return """
            SELECT c.id, c.name, c.slug, c.description, (
                SELECT count(*) FROM videos v WHERE v.category_id = c.id AND \(raw: isCounted)
            ) AS video_count
            FROM categories c
            """
    }

    private func namingDuplicates<T>(of name: String, _ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as PostgresError where error.constraint == "categories_name_key" {
            throw CatalogError(.conflict, "There is already a category named “\(name)”.", cause: error)
        }
    }
}

extension CategoryBody: PostgresRowDecodable {
    package init(row: PostgresRow) throws(PostgresError) {
        self.init(
            id: try row.decode("id"),
            name: try row.decode("name"),
            slug: try row.decode("slug"),
            description: try row.decode("description"),
            videoCount: try row.decode("video_count")
        )
    }
}
