import HTTPTypes
import Hummingbird

/// What a route returns: a body of `VLogCore`, and a status when it is not 200.
package struct JSONResponse<Body: Encodable & Sendable>: ResponseGenerator, Sendable {
    package let body: Body
    package let status: HTTPResponse.Status
    /// Replaces headers of the same name that JSON answers have, `Cache-Control: no-store` among them.
    package let headers: HTTPFields

    package init(_ body: Body, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        self.body = body
        self.status = status
        self.headers = headers
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var response = try context.responseEncoder.encode(body, from: request, context: context)
        response.status = status
        for field in headers { response.headers[field.name] = nil }
        response.headers.append(contentsOf: headers)
        return response
    }
}
