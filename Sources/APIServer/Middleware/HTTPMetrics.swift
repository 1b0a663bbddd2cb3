import HTTPTypes
import Hummingbird
import Metrics
import Observability

/// Counts requests and the time until their answers begin, by API, route template, method and status.
struct HTTPMetrics<Context: APIContext>: RouterMiddleware {
    let api: String

    init(api: StaticString) { self.api = "\(api)" }

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let labels = [("api", api), ("route", context.endpointPath ?? "none"), ("method", method(of: request))]
        Counter(
            label: MetricName.httpRequests.rawValue,
            dimensions: labels + [("status", "\(response.status.code)")]
        ).increment()
        let elapsed = start.duration(to: .now).components
        Metrics.Timer(label: MetricName.httpDuration.rawValue, dimensions: labels)
            .recordNanoseconds(elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
        return response
    }

    /// Clients can invent methods, labels must come from a closed set.
    private func method(of request: Request) -> String {
        switch request.method {
        case .get, .head, .post, .put, .patch, .delete, .options: request.method.rawValue
        default: "other"
        }
    }
}
