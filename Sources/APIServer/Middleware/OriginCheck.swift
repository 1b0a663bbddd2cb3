import Foundation
import HTTPTypes
import Hummingbird

/// Refuses requests that a page of another site made the browser send.
struct OriginCheck<Context: APIContext>: RouterMiddleware {
    /// Origins besides the server's own, written as browsers send them.
    let allowed: Set<String>

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard isOurs(request) else {
            throw APIError(.forbidden, "Requests from pages of another site are refused.", code: "foreign_origin")
        }
        return try await next(request, context)
    }

    private func isOurs(_ request: Request) -> Bool {
        guard let origin = request.headers[.origin] else {
            // A link from elsewhere may open a page; nothing else without an Origin comes from another site.
            return request.headers[.fetchSite] != "cross-site" || request.method == .get || request.method == .head
        }
        if allowed.contains(origin) { return true }
        guard let host = request.head.authority, let separator = origin.range(of: "://") else { return false }
        return origin[separator.upperBound...] == host
    }
}
