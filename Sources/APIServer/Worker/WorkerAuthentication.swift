import HTTPTypes
import Hummingbird

/// Lets only workers through: by `X-API-Key`, or the same key as a bearer token.
struct WorkerAuthentication: RouterMiddleware {
    let keys: WorkerKeyChecks

    func handle(
        _ request: Request,
        context: WorkerContext,
        next: @concurrent (Request, WorkerContext) async throws -> Response
    ) async throws -> Response {
        guard let key = request.workerKey,
            let worker = try await keys.worker(of: key, from: context.facts.address)
        else {
            // The same for every reason, so that nobody learns which prefixes exist.
            throw APIError(
                .unauthorized,
                "This needs the API key of a worker, in X-API-Key or as a bearer token.",
                code: "bad_api_key",
                headers: [.wwwAuthenticate: "Bearer"]
            )
        }
        var context = context
        context.worker = worker
        return try await next(request, context)
    }
}

extension Request {
    fileprivate var workerKey: WorkerAPIKey? {
        if let key = headers[.apiKey] { return WorkerAPIKey(key) }
        guard let value = headers[.authorization], value.prefix(7).lowercased() == "bearer " else { return nil }
        return WorkerAPIKey(String(value.dropFirst(7)))
    }
}
