import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct PageRoutesTests {
    @Test func theAdminPageIsOpenAndStrict() async throws {
        try await withAdminAPI { (client, _) async throws in
            let page = try await client.send(.get, "/", headers: [:])
            #expect(page.status == .ok)
            #expect(page.text == "admin home")
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            let policy = try #require(page.headers[.contentSecurityPolicy])
            #expect(policy.contains("default-src 'self'"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe-inline"))
            #expect(page.headers[.requestID] != nil)
        }
    }

    @Test func filesComeFromTheSitesFolderAndTheSharedOne() async throws {
        try await withAdminAPI { (client, _) async throws in
            #expect(try await client.send(.get, "/static/app.js", headers: [:]).text == "// admin")
            #expect(try await client.send(.get, "/static/base.css", headers: [:]).text == "/* shared */")
        }
    }

    @Test func anUnchangedFileIsNotSentAgain() async throws {
        try await withAdminAPI { client, _ in
            let first = try await client.send(.get, "/static/app.js", headers: [:])
            let tag = try #require(first.headers[.eTag])
            let second = try await client.send(.get, "/static/app.js", headers: [.ifNoneMatch: tag])
            #expect(second.status == .notModified)
            #expect(second.body.readableBytes == 0)
            #expect(try await client.send(.get, "/static/app.js", headers: [.ifNoneMatch: "\"x\""]).status == .ok)
        }
    }

    @Test(arguments: [
        "/static/", "/static/none.js", "/static/../secret.txt", "/static/%2e%2e/secret.txt", "/static/..%2fsecret.txt",
        "/static/.hidden.js", "/static//etc/passwd", "/static/app.js%00", "/static/a/b/c/d/e/f/g.js",
        "/watch/clip", "/nothing",
    ])
    func nothingElseIsServed(path: String) async throws {
        try await withAdminAPI { (client, _) async throws in
            #expect(try await client.send(.get, path, headers: [:]).status == .notFound)
        }
    }

    @Test func thePublicSiteHasAPagePerVideo() async throws {
        try await withServices { services in
            try await buildPublicApplication(services).test(.live) { client in
                let home = try await client.executeRequest(uri: "/", method: .get, headers: [:], body: nil)
                #expect(home.text == "public home")
                let watch = try await client.executeRequest(uri: "/watch/a-clip", method: .get, headers: [:], body: nil)
                #expect(watch.text == "watch page")
                #expect(watch.headers[.accessControlAllowOrigin] == "*")
                let preflight = try await client.executeRequest(
                    uri: "/api/videos",
                    method: .options,
                    headers: [.origin: "https://elsewhere.example"],
                    body: nil
                )
                #expect(preflight.status == .noContent)
                let missing = try await client.executeRequest(uri: "/no", method: .get, headers: [:], body: nil)
                #expect(missing.status == .notFound)
                #expect(missing.headers[.accessControlAllowOrigin] == "*")
            }
        }
    }

    @Test func healthTellsOfTheDatabase() async throws {
        try await withAdminAPI { client, services in
            let response = try await client.send(.get, "/health", headers: [:])
            #expect(response.status == .ok)
            #expect(try response.json(HealthBody.self).status == .ok)
        }
    }
}
