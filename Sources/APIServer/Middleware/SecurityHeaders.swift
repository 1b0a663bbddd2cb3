import HTTPTypes
import Hummingbird

/// Tells browsers what no page of ours needs; on every answer, errors and media included.
struct SecurityHeaders<Context: APIContext>: RouterMiddleware {
    /// Own scripts and styles only, nothing inline; `blob:` is how Media Source Extensions reach a `<video>`.
    static var contentSecurityPolicy: String {
        """
        default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; \
        base-uri 'none'; frame-ancestors 'none'; form-action 'self'
        """
    }

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        response.headers[.contentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "same-origin"
        response.headers[.openerPolicy] = "same-origin"
        return response
    }
}
