import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import VLogCore

/// Reads JSON bodies, up to the context's limit, and says which field of them is wrong.
package struct JSONRequestDecoder: RequestDecoder {
    package init() {}

    package func decode<Body: Decodable>(
        _ type: Body.Type,
        from request: Request,
        context: some RequestContext
    ) async throws -> Body {
        guard MediaType(from: request.headers[.contentType] ?? "")?.isType(.applicationJson) == true else {
            throw APIError(.unsupportedMediaType, "The request body must be JSON (Content-Type: application/json).")
        }
        let body = try await request.body.collect(upTo: context.maxUploadSize)
        do {
            return try JSONCoding.decoder().decode(type, from: Data(body.readableBytesView))
        } catch let error as DecodingError {
            throw APIError(error)
        }
    }
}

extension APIError {
    /// 400 that names the field at which decoding stopped.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self = .badField(APIError.path(context.codingPath + [key]), "is missing.")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self = .badField(APIError.path(context.codingPath), "has the wrong type.")
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            self = .badField(APIError.path(context.codingPath), "\(context.debugDescription).")
        default:
            self = APIError(.badRequest, "The request body is not valid JSON.")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "body" : keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}
