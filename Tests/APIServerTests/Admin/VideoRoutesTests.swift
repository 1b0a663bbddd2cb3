import Catalog
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct VideoRoutesTests {
    @Test func anUploadedVideoIsListedAndShown() async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "A film")
            let list = try await client.send(.get, "/api/videos").json(ListBody<AdminVideo>.self)
            #expect(list.total == 1)
            #expect(list.items.map(\.id) == [id])
            let shown = try await client.send(.get, "/api/videos/\(id)").json(AdminVideo.self)
            #expect(shown.title == "A film")
            #expect(shown.status == .pending)
            #expect(shown.progress.jobState == .queued)
        }
    }

    @Test func filtersAndPagesNarrowTheList() async throws {
        try await withAdminAPI { client, services in
            for number in 1...3 { _ = try await services.makeVideo(title: "Film \(number)") }
            _ = try await services.makeVideo(title: "Other")
            let page = try await client.send(.get, "/api/videos?search=film&sort=title&order=asc&limit=2")
                .json(ListBody<AdminVideo>.self)
            #expect(page.items.map(\.title) == ["Film 1", "Film 2"])
            #expect(page.total == 3)
            #expect(page.next == 2)
            let none = try await client.send(.get, "/api/videos?status=ready").json(ListBody<AdminVideo>.self)
            #expect(none.items.isEmpty)
        }
    }

    @Test(arguments: [
        "status=gone", "sort=colour", "order=up", "limit=0", "limit=101", "limit=x", "offset=-1", "deleted=2",
    ])
    func badParametersAreNamed(query: String) async throws {
        try await withAdminAPI { client, _ in
            let response = try await client.send(.get, "/api/videos?\(query)")
            #expect(response.status == .badRequest)
            #expect(try response.error.detail.hasPrefix(query.prefix { $0 != "=" }))
        }
    }

    @Test func editingChangesWhatIsNamedAndNothingElse() async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Old")
            let category = try await services.catalog.categories.create(name: "News")
            let edit = VideoEdit(title: " New ", categoryID: .set(category), published: false)
            let edited = try await client.send(.patch, "/api/videos/\(id)", json: edit).json(AdminVideo.self)
            #expect(edited.title == "New")
            #expect(edited.category?.name == "News")
            #expect(edited.publishedAt == nil)
            #expect(edited.slug.rawValue == "old")
            let cleared = try await client.send(.patch, "/api/videos/\(id)", json: VideoEdit(categoryID: .clear))
                .json(AdminVideo.self)
            #expect(cleared.title == "New")
            #expect(cleared.category == nil)
        }
    }

    @Test(arguments: [
        ("{\"title\": \"\"}", "title"), ("{\"title\": 7}", "title"), ("{\"category_id\": \"x\"}", "category_id"),
        ("{\"published\": \"yes\"}", "published"), ("{\"title\": ", "The request body is not valid JSON"),
    ])
    func badEditsAreNamed(body: String, beginning: String) async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Film")
            var headers = AdminClient.secret
            headers[.contentType] = "application/json"
            let response = try await client.send(
                .patch,
                "/api/videos/\(id)",
                headers: headers,
                body: ByteBuffer(string: body)
            )
            #expect(response.status == .badRequest)
            #expect(try response.error.detail.hasPrefix(beginning))
        }
    }

    @Test func aMissingCategoryIsAConflictInWords() async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Film")
            let edit = VideoEdit(categoryID: .set(CategoryID(rawValue: 99)))
            let response = try await client.send(.patch, "/api/videos/\(id)", json: edit)
            #expect(response.status == .conflict)
            #expect(try response.error.detail.contains("99"))
        }
    }

    @Test func deletingAndRestoringAreEachOthersUndoing() async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Film")
            #expect(try await client.send(.delete, "/api/videos/\(id)").status == .noContent)
            #expect(try await client.send(.delete, "/api/videos/\(id)").status == .notFound)
            #expect(try await client.send(.get, "/api/videos").json(ListBody<AdminVideo>.self).total == 0)
            let deleted = try await client.send(.get, "/api/videos?deleted=true").json(ListBody<AdminVideo>.self)
            #expect(deleted.items.map(\.id) == [id])
            #expect(try await client.send(.patch, "/api/videos/\(id)", json: VideoEdit(title: "x")).status == .notFound)

            let restored = try await client.send(.post, "/api/videos/\(id)/restore").json(AdminVideo.self)
            #expect(restored.deletedAt == nil)
            #expect(restored.progress.jobState == .queued)
            #expect(try await client.send(.post, "/api/videos/\(id)/restore").status == .notFound)
        }
    }

    @Test func retryingWhatWaitsInTheQueueSaysWhyNot() async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Film")
            let response = try await client.send(.post, "/api/videos/\(id)/retry")
            #expect(response.status == .conflict)
            #expect(try response.error.detail.contains("queue"))
        }
    }

    @Test func aFailedVideoIsQueuedAgainByRetry() async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Film")
            try await services.pool.execute("UPDATE transcoding_jobs SET state = 'failed', error = 'broken'")
            try await services.pool.execute("UPDATE videos SET status = 'failed'")
            let video = try await client.send(.post, "/api/videos/\(id)/retry").json(AdminVideo.self)
            #expect(video.status == .pending)
            #expect(video.progress.jobState == .queued)
            #expect(video.progress.error == nil)
        }
    }

    @Test func aJobIsMovedInTheQueueAndCancelled() async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Film")
            let path = "/api/videos/\(id)"
            let urgent = try await client.send(.put, path + "/priority", json: PriorityRequest(priority: .high))
            #expect(try urgent.json(AdminVideo.self).progress.priority == .high)
            #expect(urgent.text.contains(#""priority":"high""#))
            #expect(try await client.send(.put, path + "/priority", json: ["priority": "soon"]).status == .badRequest)
            let cancelled = try await client.send(.post, path + "/cancel").json(AdminVideo.self)
            #expect(cancelled.progress.jobState == .cancelled)
            #expect(try await client.send(.post, path + "/retry").status == .ok)
            try await services.pool.execute("UPDATE transcoding_jobs SET state = 'completed'")
            let refused = try await client.send(.post, path + "/cancel")
            #expect(refused.status == .conflict)
            #expect(try refused.error.detail.hasSuffix("."))
            #expect(try await client.send(.post, "/api/videos/999/cancel").status == .notFound)
        }
    }

    @Test(arguments: ["/api/videos/7", "/api/videos/0", "/api/videos/-1", "/api/videos/x", "/api/videos/1e3"])
    func whatIsNoVideoIsNotFound(path: String) async throws {
        try await withAdminAPI { client, _ in
            let response = try await client.send(.get, path)
            #expect(response.status == .notFound)
            #expect(try response.error.requestID == response.headers[.requestID])
        }
    }

    @Test func markupInATitleStaysDataInJSON() async throws {
        try await withAdminAPI { client, services in
            let title = "</script><img src=x onerror=alert(1)>"
            let id = try await services.makeVideo(title: title)
            let response = try await client.send(.get, "/api/videos/\(id)")
            #expect(response.headers[.contentType] == "application/json; charset=utf-8")
            #expect(response.headers[.contentTypeOptions] == "nosniff")
            #expect(try response.json(AdminVideo.self).title == title)
        }
    }
}

extension ServerServices {
    /// A video with a source that nobody will read.
    func makeVideo(title: String) async throws -> VideoID {
        let source = SourceBody(
            filename: "clip.mp4",
            bytes: 3,
            width: 16,
            height: 16,
            duration: 1,
            videoCodec: "h264",
            audioCodec: nil
        )
        let new = NewVideo(title: title, source: source, sourceExtension: "mp4", sourceETag: "tag")
        return try await catalog.videos.create(new) { id in
            let file = storage.sourceFile(id, extension: "mp4")
            try await storage.run { _ in try Disk.write("abc".utf8, to: file) }
        }
    }
}
