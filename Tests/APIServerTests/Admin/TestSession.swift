import Catalog
import HTTPTypes
import HummingbirdTesting
import Testing
import VLogCore

@testable import APIServer

/// A signed-in browser.
struct TestSession: Sendable {
    let setCookie: String
    let csrfToken: String

    init(_ response: TestResponse) throws {
        #expect(response.status == .ok)
        setCookie = try #require(response.headers[.setCookie])
        csrfToken = try response.json(SessionBody.self).csrfToken
    }

    var cookie: String { String(setCookie.prefix { $0 != ";" }) }
    var headers: HTTPFields { [.cookie: cookie, .csrfToken: csrfToken] }
}

/// Sets the password the first time, and signs in.
func signIn(_ client: AdminClient, _ services: ServerServices) async throws -> TestSession {
    if try await services.catalog.sessions.passwordHash(name: SessionService.adminName) == nil {
        try await SessionService(services).setPassword(TestCredentials.password)
    }
    let login = LoginRequest(password: TestCredentials.password)
    return try TestSession(try await client.send(.post, "/api/auth/login", headers: [:], json: login))
}
