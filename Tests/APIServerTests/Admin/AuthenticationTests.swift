import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import PasswordHashing
import Postgres
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct AuthenticationTests {
    /// Every route of the Admin API that needs credentials.
    private static let guarded: [(HTTPRequest.Method, String)] = [
        (.get, "/api/videos"), (.post, "/api/videos"), (.get, "/api/videos/1"), (.patch, "/api/videos/1"),
        (.delete, "/api/videos/1"), (.post, "/api/videos/1/restore"), (.post, "/api/videos/1/retry"),
        (.post, "/api/videos/1/cancel"), (.put, "/api/videos/1/priority"), (.post, "/api/videos/1/retranscode"),
        (.put, "/api/workers/1/drain"),
        (.delete, "/api/workers/1/drain"), (.delete, "/api/workers/1/keys"),
        (.get, "/api/categories"), (.post, "/api/categories"), (.get, "/api/categories/1"),
        (.patch, "/api/categories/1"), (.delete, "/api/categories/1"), (.get, "/api/workers"),
        (.get, "/api/events/progress?video_ids=1"), (.get, "/api/auth/session"), (.post, "/api/auth/logout"),
        (.post, "/api/auth/password"), (.get, "/videos/clip/master.m3u8"), (.head, "/videos/clip/master.m3u8"),
    ]
    /// Those that anybody may ask.
    private static let open: [(HTTPRequest.Method, String)] = [
        (.get, "/health"), (.get, "/live"), (.get, "/metrics"), (.get, "/"), (.get, "/static/**"),
        (.post, "/api/auth/login"),
    ]

    @Test func theTablesNameEveryRoute() async throws {
        try await withServices { services in
            let router = Router(context: AdminContext.self)
            AdminRoutes(services).add(to: router)
            let known = Set((Self.guarded + Self.open).map { "\($0.0) \(template($0.1))" })
            for route in router.routes {
                #expect(known.contains("\(route.method) \(template(route.path.description))"))
            }
        }
    }

    @Test func nothingIsAnsweredWithoutCredentials() async throws {
        try await withAdminAPI { client, _ in
            for (method, path) in Self.guarded {
                let response = try await client.send(method, path, headers: [:])
                #expect(response.status == .unauthorized, "\(method) \(path)")
            }
        }
    }

    @Test func aCookieAloneChangesNothing() async throws {
        try await withAdminAPI { client, services in
            let session = try await signIn(client, services)
            for (method, path) in Self.guarded where ![.get, .head].contains(method) {
                let alone = try await client.send(method, path, headers: [.cookie: session.cookie])
                #expect(alone.status == .forbidden, "\(method) \(path)")
                let wrong = try await client.send(
                    method,
                    path,
                    headers: [.cookie: session.cookie, .csrfToken: "guess"]
                )
                #expect(wrong.status == .forbidden, "\(method) \(path)")
            }
            #expect(try await client.send(.get, "/api/videos", headers: [.cookie: session.cookie]).status == .ok)
        }
    }

    @Test(arguments: ["https://evil.example", "null", "http://localhost.evil.example", "http://localhost:1"])
    func foreignOriginsAreRefusedWhateverTheyKnow(origin: String) async throws {
        try await withAdminAPI { client, services in
            let session = try await signIn(client, services)
            for (method, path) in Self.guarded where path.hasPrefix("/api/") {
                for known in [session.headers, AdminClient.secret] {
                    var headers = known
                    headers[.origin] = origin
                    #expect(try await client.send(method, path, headers: headers).status == .forbidden)
                }
            }
            let login = LoginRequest(password: TestCredentials.password)
            let response = try await client.send(.post, "/api/auth/login", headers: [.origin: origin], json: login)
            #expect(response.status == .forbidden)
        }
    }

    @Test func theOwnOriginAndThoseAllowedPass() async throws {
        try await withAdminAPI {
            $0.allowedOrigins = ["https://vlog.example"]
        } body: { (client, _) async throws in
            for origin in ["http://localhost", "https://vlog.example"] {
                var headers = AdminClient.secret
                headers[.origin] = origin
                let category = CategoryEdit(name: "From \(origin)")
                #expect(
                    try await client.send(.post, "/api/categories", headers: headers, json: category).status == .created
                )
            }
        }
    }

    @Test func aSessionLivesFromLoginToLogout() async throws {
        try await withAdminAPI { client, services in
            let session = try await signIn(client, services)
            #expect(session.setCookie.contains("HttpOnly"))
            #expect(session.setCookie.contains("SameSite=Strict"))
            #expect(session.setCookie.contains("Path=/"))
            let shown = try await client.send(.get, "/api/auth/session", headers: [.cookie: session.cookie])
            #expect(try shown.json(SessionBody.self).csrfToken == session.csrfToken)
            #expect(try await client.send(.post, "/api/auth/logout", headers: session.headers).status == .noContent)
            let after = try await client.send(.get, "/api/auth/session", headers: [.cookie: session.cookie])
            #expect(after.status == .unauthorized)
        }
    }

    @Test func aWrongPasswordAndNoPasswordAtAllLookTheSame() async throws {
        try await withAdminAPI { client, services in
            let login = LoginRequest(password: "guess")
            let before = try await client.send(.post, "/api/auth/login", headers: [:], json: login)
            _ = try await signIn(client, services)
            let after = try await client.send(.post, "/api/auth/login", headers: [:], json: login)
            #expect(before.status == .unauthorized)
            #expect(after.status == .unauthorized)
            #expect(try before.error.detail == after.error.detail)
        }
    }

    @Test func changingThePasswordEndsOtherSessionsAndKeepsThisOne() async throws {
        try await withAdminAPI { client, services in
            let other = try await signIn(client, services)
            let own = try await signIn(client, services)
            let wrong = PasswordChange(current: "guess", new: "another password")
            let refused = try await client.send(.post, "/api/auth/password", headers: own.headers, json: wrong)
            #expect(refused.status == .forbidden)
            let short = PasswordChange(current: TestCredentials.password, new: "short")
            let tooShort = try await client.send(.post, "/api/auth/password", headers: own.headers, json: short)
            #expect(tooShort.status == .badRequest)

            let change = PasswordChange(current: TestCredentials.password, new: "another password")
            let changed = try await client.send(.post, "/api/auth/password", headers: own.headers, json: change)
            let new = try TestSession(changed)
            #expect(
                try await client.send(.get, "/api/videos", headers: [.cookie: other.cookie]).status == .unauthorized
            )
            #expect(try await client.send(.get, "/api/videos", headers: [.cookie: own.cookie]).status == .unauthorized)
            #expect(try await client.send(.get, "/api/videos", headers: [.cookie: new.cookie]).status == .ok)
        }
    }

    @Test func guessingIsStoppedForTheSecretAndThePasswordTogether() async throws {
        try await withAdminAPI {
            $0.limits.attemptsPerAddress = 5
        } body: { (client, services) async throws in
            for _ in 0..<3 {
                let response = try await client.send(.get, "/api/videos", headers: [.adminSecret: "guess"])
                #expect(response.status == .unauthorized)
            }
            let login = LoginRequest(password: "guess")
            for _ in 0..<2 {
                let response = try await client.send(.post, "/api/auth/login", headers: [:], json: login)
                #expect(response.status == .unauthorized)
            }
            for headers in [AdminClient.secret, [.adminSecret: "guess"]] {
                let response = try await client.send(.get, "/api/videos", headers: headers)
                #expect(response.status == .tooManyRequests)
                #expect(response.headers[.retryAfter].flatMap(Int.init).map { $0 > 0 } == true)
            }
            #expect(
                try await client.send(.post, "/api/auth/login", headers: [:], json: login).status == .tooManyRequests
            )
        }
    }

    @Test func withoutAnAdminSecretTheHeaderOpensNothing() async throws {
        try await withAdminAPI {
            $0.adminSecret = nil
        } body: { (client, _) async throws in
            #expect(try await client.send(.get, "/api/videos", headers: [.adminSecret: ""]).status == .unauthorized)
            #expect(try await client.send(.get, "/api/videos").status == .unauthorized)
        }
    }

    @Test func anExpiredSessionIsNone() async throws {
        try await withAdminAPI { client, services in
            let session = try await signIn(client, services)
            try await services.pool.execute("UPDATE admin_sessions SET expires_at = now() - interval '1 second'")
            #expect(
                try await client.send(.get, "/api/videos", headers: [.cookie: session.cookie]).status == .unauthorized
            )
        }
    }

    @Test func usingASessionMakesItLast() async throws {
        try await withAdminAPI { client, services in
            let session = try await signIn(client, services)
            try await services.pool.execute("UPDATE admin_sessions SET expires_at = now() + interval '1 minute'")
            let shown = try await client.send(.get, "/api/auth/session", headers: [.cookie: session.cookie])
            #expect(try shown.json(SessionBody.self).expiresAt.timeIntervalSinceNow > 11 * 3600)
        }
    }
}

/// A path with its parameters' names and values taken out.
private func template(_ path: String) -> String {
    let known =
        ["api", "videos", "restore", "retry", "categories", "workers", "events", "progress", "auth", "session"]
        + ["logout", "password", "login", "health", "metrics", "static"]
    let plain = path.split(separator: "?").first ?? ""
    let parts = plain.split(separator: "/").map { part in known.contains(String(part)) ? String(part) : "*" }
    // A catch-all stands for any number of parts.
    return parts.last == "*" && parts.first == "videos" ? "videos/…" : parts.joined(separator: "/")
}
