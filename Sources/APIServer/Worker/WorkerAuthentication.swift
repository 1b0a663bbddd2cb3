import HTTPTypes
import Hummingbird

/// Lets only runners through: workers by `X-API-Key`, or the same key as a bearer token, and pods by the bearer token of their
/// ServiceAccount.
struct WorkerAuthentication: RouterMiddleware {
    let keys: WorkerKeyChecks
    /// Nil where no jobs are handed to Kubernetes.
    let pods: PodIdentities?

    func handle(
        _ request: Request,
        context: WorkerContext,
        next: @concurrent (Request, WorkerContext) async throws -> Response
    ) async throws -> Response {
        guard let runner = try await runner(of: request, from: context.facts.address) else {
            // The same for every reason, so that nobody learns which prefixes exist.
            throw APIError(
                .unauthorized,
                "This needs the API key of a worker, in X-API-Key or as a bearer token.",
                code: "bad_api_key",
                headers: [.wwwAuthenticate: "Bearer"]
            )
        }
        var context = context
        context.runner = runner
        context.traceID = request.traceID
        return try await next(request, context)
    }

    private func runner(of request: Request, from address: String?) async throws -> RunnerIdentity? {
        if let key = request.workerKey {
            return try await keys.worker(of: key, from: address).map { .worker($0) }
        }
        guard let pods, let token = request.bearerToken else { return nil }
        return try await pods.identity(of: token, from: address).map { .pod($0) }
    }
}

extension Request {
    var bearerToken: String? {
        guard let value = headers[.authorization], value.prefix(7).lowercased() == "bearer " else { return nil }
        return String(value.dropFirst(7))
    }

    fileprivate var workerKey: WorkerAPIKey? {
        (headers[.apiKey] ?? bearerToken).flatMap { WorkerAPIKey($0) }
    }

    /// What the runner was told with its job. It comes from outside, and goes into logs: no more than a word.
    fileprivate var traceID: String? {
        guard let trace = headers[.traceID], (1...64).contains(trace.utf8.count),
            trace.utf8.allSatisfy({ UInt8(ascii: "!") <= $0 && $0 <= UInt8(ascii: "~") })
        else { return nil }
        return trace
    }
}
