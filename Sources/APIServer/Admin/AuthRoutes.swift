import HTTPTypes
import Hummingbird
import Logging
import VLogCore

/// `/api/auth` of the Admin API: signing in and out, and changing the password.
struct AuthRoutes: Sendable {
    let sessions: SessionService
    let attempts: AttemptGuard
    let cookies: SessionCookie

    init(sessions: SessionService, attempts: AttemptGuard, _ configuration: ServerConfiguration) {
        self.sessions = sessions
        self.attempts = attempts
        cookies = SessionCookie(isSecure: configuration.secureCookies)
    }

    /// What needs no credentials.
    func addOpen(to group: RouterGroup<AdminContext>) { group.post("login", use: login) }

    /// What needs them.
    func add(to group: RouterGroup<AdminContext>) {
        group.get("session", use: show)
        group.post("logout", use: logout)
        group.post("password", use: changePassword)
    }

    @Sendable func login(_ request: Request, context: AdminContext) async throws -> Response {
        let login = try await request.decode(as: LoginRequest.self, context: context)
        let isRight = try await attempts.attempt(from: context.facts.address) {
            try await sessions.isPassword(login.password)
        }
        guard isRight else {
            context.logger.warning("login refused", metadata: ["client.address": "\(context.facts.address ?? "local")"])
            throw APIError(.unauthorized, "The password is wrong.", code: "wrong_password")
        }
        context.logger.info("login", metadata: ["client.address": "\(context.facts.address ?? "local")"])
        return try await beginSession(request, context)
    }

    /// Tells a page that was loaded again what its CSRF token is. 204 for those who came with the admin secret.
    @Sendable func show(_ request: Request, context: AdminContext) async throws -> JSONResponse<SessionBody>? {
        guard let session = context.identity?.session else { return nil }
        return JSONResponse(SessionBody(csrfToken: session.csrfToken, expiresAt: session.expiresAt))
    }

    @Sendable func logout(_ request: Request, context: AdminContext) async throws -> Response {
        if let session = context.identity?.session { try await sessions.end(session) }
        return Response(status: .noContent, headers: [.setCookie: cookies.ending])
    }

    /// Ends every session; the one that asked gets a new one. Those who come with the admin secret may have forgotten
    /// the password, and need not know it.
    @Sendable func changePassword(_ request: Request, context: AdminContext) async throws -> Response {
        let change = try await request.decode(as: PasswordChange.self, context: context)
        if context.identity?.session != nil {
            let isRight = try await attempts.attempt(from: context.facts.address) {
                try await sessions.isPassword(change.current)
            }
            guard isRight else { throw APIError(.forbidden, "current: is not the password.", code: "wrong_password") }
        }
        try await sessions.setPassword(change.new)
        context.logger.info("password changed")
        guard context.identity?.session != nil else { return Response(status: .noContent) }
        return try await beginSession(request, context)
    }

    private func beginSession(_ request: Request, _ context: AdminContext) async throws -> Response {
        let (token, body) = try await sessions.begin()
        return try JSONResponse(body, headers: [.setCookie: cookies.value(token)])
            .response(from: request, context: context)
    }
}
