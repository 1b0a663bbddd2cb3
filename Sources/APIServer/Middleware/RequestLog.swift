import HTTPTypes
import Hummingbird
import Logging

/// Writes one log line per answered request and puts the request's id on the answer; the outermost middleware.
struct RequestLog<Context: APIContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        // What a request has changed has a line of its own.
        let isQuiet = response.status.code < 400
        context.logger.log(
            level: isQuiet ? .debug : .info,
            "request answered",
            metadata: [
                "http.method": "\(request.method)",
                "http.path": "\(request.uri.path)",
                "http.status": "\(response.status.code)",
                "client.address": "\(context.facts.address ?? "local")",
                "duration.ms": "\(start.duration(to: .now) / .milliseconds(1))",
            ]
        )
        return response
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name(validated: "X-Request-ID")
    static let adminSecret = HTTPField.Name(validated: "X-Admin-Secret")
    static let csrfToken = HTTPField.Name(validated: "X-CSRF-Token")
    static let contentTypeOptions = HTTPField.Name(validated: "X-Content-Type-Options")
    static let referrerPolicy = HTTPField.Name(validated: "Referrer-Policy")
    static let openerPolicy = HTTPField.Name(validated: "Cross-Origin-Opener-Policy")
    static let fetchSite = HTTPField.Name(validated: "Sec-Fetch-Site")

    /// For names written here: a typing error in one of them stops the first request of the first test.
    init(validated name: String) {
        guard let name = HTTPField.Name(name) else { preconditionFailure("not a header name: \(name)") }
        self = name
    }
}
