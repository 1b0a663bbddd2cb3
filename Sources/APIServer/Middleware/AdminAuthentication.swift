import HTTPTypes
import Hummingbird

/// Lets admins through: by the header `X-Admin-Secret`, or by the cookie of a session, which must come with the
/// session's CSRF token whenever something may change.
struct AdminAuthentication: RouterMiddleware {
    typealias Context = AdminContext

    let sessions: SessionService
    let attempts: AttemptGuard
    let secret: String?

    func handle(
        _ request: Request,
        context: AdminContext,
        next: @concurrent (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.identity = try await identity(of: request, context)
        return try await next(request, context)
    }

    private func identity(of request: Request, _ context: AdminContext) async throws -> AdminIdentity {
        if let given = request.headers[.adminSecret] {
            let isRight = secret.map { Secret.matches($0, given) } ?? false
            guard try await attempts.attempt(from: context.facts.address, isRight: isRight) else {
                throw APIError(.unauthorized, "The admin secret is wrong.", code: "wrong_secret")
            }
            return .secret
        }
        guard let token = SessionCookie.token(in: request), let session = try await sessions.find(token: token) else {
            throw APIError(.unauthorized, "Sign in first.", code: "signed_out")
        }
        try checkToken(of: session, request)
        return .session(session)
    }

    private func checkToken(of session: AdminSession, _ request: Request) throws {
        guard ![.get, .head, .options].contains(request.method) else { return }
        guard let given = request.headers[.csrfToken], Secret.matches(given, session.csrfToken) else {
            throw APIError(
                .forbidden,
                "Requests that change something must repeat the session's token in X-CSRF-Token.",
                code: "csrf"
            )
        }
    }
}
