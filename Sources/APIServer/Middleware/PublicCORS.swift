import HTTPTypes
import Hummingbird

/// Lets pages of every origin read the Public API and its media: nothing there depends on who asks.
struct PublicCORS<Context: APIContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.method == .options else {
            var response = try await next(request, context)
            response.headers[.accessControlAllowOrigin] = "*"
            response.headers[.accessControlExposeHeaders] =
                "Accept-Ranges, Content-Length, Content-Range, ETag, X-Request-ID"
            return response
        }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowOrigin: "*",
                .accessControlAllowMethods: "GET, HEAD, OPTIONS",
                .accessControlAllowHeaders: "Range, If-None-Match, If-Modified-Since, If-Range",
                .accessControlMaxAge: "86400",
            ]
        )
    }
}
