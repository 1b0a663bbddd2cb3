import Postgres
import VLogCore

/// Picks slugs that nobody has: the title's own, or the same with the lowest free number.
struct FreeSlug {
    enum Owner: Sendable {
        case video, category

        fileprivate func taken(among candidates: [String]) -> SQLQuery {
            switch self {
            case .video: "SELECT slug FROM videos WHERE slug = ANY(\(candidates))"
            case .category: "SELECT slug FROM categories WHERE slug = ANY(\(candidates))"
            }
        }
    }

    /// The highest numbers that are tried, one query each.
    private static let bounds = [30, 1000, 20_000]

    /// Waits for others that are choosing a slug for the same title; they then see each other's choice. The answer is
    /// free at this moment; an insertion must still be ready to meet `name-2` of a video titled "Name 2".
    static func choose(_ wanted: Slug, for owner: Owner, in session: PostgresTransaction) async throws -> Slug {
        try await session.execute("SELECT pg_advisory_xact_lock(hashtextextended(\(wanted.rawValue), 0))")
        var first = 1
        for bound in bounds {
            let candidates = (first...bound).map { $0 == 1 ? wanted : wanted.numbered($0) }
            let rows = try await session.query(owner.taken(among: candidates.map(\.rawValue)))
            let taken = Set(try rows.map { row in try row.decode("slug", as: String.self) })
            if let free = candidates.first(where: { !taken.contains($0.rawValue) }) { return free }
            first = bound + 1
        }
        throw CatalogError(.conflict, "Too many have the name “\(wanted)” already; choose another one.")
    }
}
