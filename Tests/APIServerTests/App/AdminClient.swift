import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import VLogCore

@testable import APIServer

/// Asks the Admin API as the one with the admin secret, unless other headers are given.
struct AdminClient: Sendable {
    let client: any TestClientProtocol

    static let secret: HTTPFields = [.adminSecret: TestCredentials.secret]

    var port: Int {
        get throws { try #require(client.port) }
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields = secret,
        body: ByteBuffer? = nil
    ) async throws -> TestResponse {
        try await client.executeRequest(uri: path, method: method, headers: headers, body: body)
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields = secret,
        json: some Encodable
    ) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = "application/json"
        return try await send(
            method,
            path,
            headers: headers,
            body: ByteBuffer(bytes: JSONCoding.encoder().encode(json))
        )
    }

    func upload(_ form: MultipartForm, headers: HTTPFields = secret) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = MultipartForm.contentType
        return try await send(.post, "/api/videos", headers: headers, body: form.body)
    }
}

extension TestResponse {
    func json<Body: Decodable>(_ type: Body.Type = Body.self) throws -> Body {
        try JSONCoding.decoder().decode(type, from: Data(body.readableBytesView))
    }

    var error: ErrorBody { get throws { try json() } }
    var text: String { String(buffer: body) }
}
