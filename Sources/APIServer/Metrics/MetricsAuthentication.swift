import HTTPTypes
import Hummingbird

/// Lets through whoever has the token of the metrics. Runners reach this port and have keys of their own, which are no token: what a
/// runner can read of the installation is its jobs.
struct MetricsAuthentication: RouterMiddleware {
    /// Nil where an admin has set none: nobody has it then.
    let token: String?
    let attempts: AttemptGuard

    func handle(
        _ request: Request,
        context: WorkerContext,
        next: @concurrent (Request, WorkerContext) async throws -> Response
    ) async throws -> Response {
        guard try await isAllowed(request, from: context.facts.address) else {
            throw APIError(
                .unauthorized,
                "Metrics need the token that the server has in VLOG_METRICS_TOKEN, as a bearer token.",
                code: "bad_metrics_token",
                headers: [.wwwAuthenticate: "Bearer"]
            )
        }
        return try await next(request, context)
    }

    private func isAllowed(_ request: Request, from address: String?) async throws -> Bool {
        guard let token, let given = request.bearerToken else { return false }
        return try await attempts.attempt(from: address, isRight: Secret.matches(given, token))
    }
}
