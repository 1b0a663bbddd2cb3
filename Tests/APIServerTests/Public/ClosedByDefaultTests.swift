import Foundation
import Hummingbird
import Testing
import VLogCore

@testable import APIServer

/// Every route of every API, and what it shows of videos that visitors must not see. A route that is not in the tables
/// below fails the test: whoever adds one decides here what it shows.
@Suite(.timeLimit(.minutes(3))) struct ClosedByDefaultTests {
    /// What a public route does with a video that is hidden.
    enum Rule {
        /// It has nothing to do with a single video.
        case sameForEverybody
        /// It lists videos; hidden ones are not among them.
        case absent
        /// It answers about one video, in the words it has for one that never was.
        case asIfItNeverWas(status: Int)
    }

    private static let publicRoutes: [String: Rule] = [
        "GET /health": .sameForEverybody,
        "GET /live": .sameForEverybody,
        "GET /": .sameForEverybody,
        "GET /static/**": .sameForEverybody,
        "GET /watch/{slug}": .asIfItNeverWas(status: 200),
        "GET /api/videos": .absent,
        "GET /api/categories": .absent,
        "GET /api/videos/{slug}": .asIfItNeverWas(status: 404),
        "GET /api/videos/{slug}/progress": .asIfItNeverWas(status: 404),
        "GET /videos/{slug}/**": .asIfItNeverWas(status: 404),
        "HEAD /videos/{slug}/**": .asIfItNeverWas(status: 404),
    ]

    /// Open to whoever reaches the Admin API; all its other routes need an admin.
    private static let openAdminRoutes: Set<String> = [
        "GET /health", "GET /live", "GET /metrics", "GET /", "GET /static/**", "POST /api/auth/login",
    ]

    private static let adminRoutes: Set<String> = [
        "GET /api/auth/session", "POST /api/auth/logout", "POST /api/auth/password", "GET /api/videos",
        "POST /api/videos", "GET /api/videos/{videoID}", "PATCH /api/videos/{videoID}", "DELETE /api/videos/{videoID}",
        "POST /api/videos/{videoID}/restore", "POST /api/videos/{videoID}/retry",
        "POST /api/videos/{videoID}/cancel", "PUT /api/videos/{videoID}/priority",
        "POST /api/videos/{videoID}/retranscode", "GET /api/categories",
        "POST /api/categories", "GET /api/categories/{categoryID}", "PATCH /api/categories/{categoryID}",
        "DELETE /api/categories/{categoryID}", "GET /api/workers",
        "PUT /api/workers/{workerID}/drain", "DELETE /api/workers/{workerID}/drain",
        "DELETE /api/workers/{workerID}/keys", "GET /api/events/progress", "GET /videos/{slug}/**",
        "HEAD /videos/{slug}/**",
    ]

    private static let openWorkerRoutes: Set<String> = ["GET /health", "GET /live"]

    private static let workerRoutes: Set<String> = [
        "POST /api/worker/register", "POST /api/worker/heartbeat", "POST /api/worker/claim",
        "GET /api/worker/jobs/{jobID}/source", "HEAD /api/worker/jobs/{jobID}/source",
        "GET /api/worker/jobs/{jobID}/checkpoint", "PUT /api/worker/jobs/{jobID}/checkpoint",
        "PUT /api/worker/jobs/{jobID}/archive", "GET /api/worker/jobs/{jobID}/files",
        "PUT /api/worker/jobs/{jobID}/files/**",
        "POST /api/worker/jobs/{jobID}/progress", "POST /api/worker/jobs/{jobID}/lease",
        "POST /api/worker/jobs/{jobID}/complete", "POST /api/worker/jobs/{jobID}/fail",
        "POST /api/worker/jobs/{jobID}/release", "GET /api/metrics",
    ]

    @Test func noPublicRouteTellsOfAVideoThatVisitorsMustNotSee() async throws {
        try await withServer { server in
            let hidden = try await HiddenVideo.all(on: server)
            let shown = try await server.addReadyVideo("Shown to all")
            let routes = publicRouter(server.services).routes.map(\.description)
            #expect(Set(routes) == Set(Self.publicRoutes.keys), "a route without a rule, or a rule without a route")
            for route in routes {
                guard let rule = Self.publicRoutes[route] else { continue }
                for video in hidden { try await check(rule, route, video, shown: shown.slug, on: server) }
            }
        }
    }

    @Test func everyOtherRouteOfTheAdminAPINeedsAnAdmin() async throws {
        try await withServer { server in
            let router = adminRouter(server.services)
            let routes = router.routes.map(\.description)
            #expect(Set(routes) == Self.openAdminRoutes.union(Self.adminRoutes), "a route without a rule")
            for route in routes where !Self.openAdminRoutes.contains(route) {
                let (method, path) = request(route, slug: "any", file: "master.m3u8")
                let status = try await Wire.exchange(server.adminPort, method, path).status
                #expect([401, 403].contains(status), "\(route)")
            }
        }
    }

    @Test func everyOtherRouteOfTheWorkerAPINeedsAKey() async throws {
        try await withServer { server in
            let routes = workerRouter(server.services).routes.map(\.description)
            #expect(Set(routes) == Self.openWorkerRoutes.union(Self.workerRoutes), "a route without a rule")
            for route in routes where !Self.openWorkerRoutes.contains(route) {
                let (method, path) = request(route, slug: "any", file: "init.mp4")
                let status = try await Wire.exchange(server.workerPort, method, path).status
                #expect(status == 401, "\(route)")
            }
        }
    }

    private func check(
        _ rule: Rule,
        _ route: String,
        _ video: HiddenVideo,
        shown: Slug,
        on server: RunningServer
    ) async throws {
        switch rule {
        case .sameForEverybody: break
        case .absent:
            let (method, path) = request(route, slug: "", file: "")
            let answer = try await Wire.exchange(server.publicPort, method, path)
            #expect(answer.status == 200)
            #expect(!answer.text.contains(video.slug.rawValue), "\(video.state) in \(route)")
        case .asIfItNeverWas(let status):
            for file in SampleVideo.files.map(\.path) + ["1080p/segment_99.m4s"] {
                let (method, path) = request(route, slug: video.slug.rawValue, file: file)
                let answer = try await Wire.exchange(server.publicPort, method, path)
                let (_, never) = request(route, slug: "never-was", file: file)
                let expected = try await Wire.exchange(server.publicPort, method, never)
                #expect(answer.status == status, "\(video.state): \(method) \(path)")
                #expect(expected.status == status)
                #expect(words(answer) == words(expected), "\(video.state): \(method) \(path)")
                let (_, visible) = request(route, slug: shown.rawValue, file: SampleVideo.files[0].path)
                #expect(
                    try await Wire.exchange(server.publicPort, method, visible).status == 200,
                    "the rule has a subject"
                )
            }
        }
    }

    private func request(_ route: String, slug: String, file: String) -> (method: String, path: String) {
        let parts = route.split(separator: " ")
        let path = parts[1].replacing("{slug}", with: slug).replacing("**", with: file)
            .replacing("{videoID}", with: "1").replacing("{categoryID}", with: "1").replacing("{jobID}", with: "1")
        return (String(parts[0]), String(path))
    }

    /// All of an answer that must not differ: what it says, but for the name of the request.
    private func words(_ answer: Wire.Answer) -> String {
        guard let error = try? answer.error else { return answer.text }
        return "\(error.detail) \(error.code ?? "")"
    }
}
