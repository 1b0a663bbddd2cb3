import Catalog
import SystemPackage
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct MediaRoutesTests {
    private static let segment = SampleVideo.files[1].bytes

    @Test func rangesAndConditionsFollowRFC9110() async throws {
        try await withServer { server in
            let (_, slug) = try await server.addReadyVideo("Clip")
            let path = "/videos/\(slug)/1080p/segment_0.m4s"
            let tag = try #require(try await Wire.exchange(server.publicPort, "GET", path).headers["etag"])
            let table: [(headers: [String: String], status: Int, range: Range<Int>?)] = [
                ([:], 200, 0..<1000),
                (["Range": "bytes=0-99"], 206, 0..<100),
                (["Range": "bytes=900-"], 206, 900..<1000),
                (["Range": "bytes=-1"], 206, 999..<1000),
                (["Range": "bytes=0-5,10-20"], 200, 0..<1000),
                (["Range": "bytes=1000-"], 416, nil),
                (["If-None-Match": tag], 304, nil),
                (["If-None-Match": "W/\(tag)"], 304, nil),
                (["If-None-Match": "\"x\""], 200, 0..<1000),
                (["If-None-Match": tag, "Range": "bytes=0-1"], 304, nil),
                (["If-Match": tag], 200, 0..<1000),
                (["If-Match": "\"x\""], 412, nil),
                (["If-Range": tag, "Range": "bytes=5-9"], 206, 5..<10),
                (["If-Range": "\"x\"", "Range": "bytes=5-9"], 200, 0..<1000),
                (["If-Range": "Tue, 24 Nov 2026 00:00:00 GMT", "Range": "bytes=5-9"], 200, 0..<1000),
            ]
            for row in table {
                let answer = try await Wire.exchange(server.publicPort, "GET", path, row.headers)
                #expect(answer.status == row.status, "\(row.headers)")
                #expect(answer.body == row.range.map { Array(Self.segment[$0]) } ?? [], "\(row.headers)")
                if row.status == 206, let range = row.range {
                    let expected = "bytes \(range.lowerBound)-\(range.upperBound - 1)/1000"
                    #expect(answer.headers["content-range"] == expected)
                }
                if row.status == 416 { #expect(answer.headers["content-range"] == "bytes */1000") }
                if row.status == 304 { #expect(answer.headers["etag"] == tag) }
            }
        }
    }

    @Test func headersSayWhatTheFileIsAndHowLongToKeepIt() async throws {
        try await withServer { server in
            let (_, slug) = try await server.addReadyVideo("Clip")
            let forever = "public, max-age=31536000, immutable"
            let table = [
                ("1080p/segment_0.m4s", "video/iso.segment", forever), ("1080p/init.mp4", "video/mp4", forever),
                ("thumbnail.jpg", "image/jpeg", forever),
                ("1080p/stream.m3u8", "application/vnd.apple.mpegurl", "no-cache"),
                ("master.m3u8", "application/vnd.apple.mpegurl", "no-cache"),
                ("manifest.mpd", "application/dash+xml", "no-cache"),
            ]
            for (file, type, caching) in table {
                for method in ["GET", "HEAD"] {
                    let answer = try await Wire.exchange(server.publicPort, method, "/videos/\(slug)/\(file)")
                    #expect(answer.status == 200)
                    #expect(answer.headers["content-type"] == type)
                    #expect(answer.headers["cache-control"] == caching, "\(file)")
                    #expect(answer.headers["accept-ranges"] == "bytes")
                    #expect(answer.headers["x-content-type-options"] == "nosniff")
                    #expect(answer.headers["access-control-allow-origin"] == "*")
                    #expect(answer.headers["access-control-expose-headers"]?.contains("Content-Range") == true)
                    #expect(
                        answer.headers["content-length"]
                            == "\(SampleVideo.files.first { $0.path == file }?.bytes.count ?? -1)"
                    )
                }
            }
        }
    }

    @Test func headHasTheHeadersOfGetAndNoBody() async throws {
        try await withServer { server in
            let (_, slug) = try await server.addReadyVideo("Clip")
            let wire = try Wire(port: server.publicPort)
            let path = "/videos/\(slug)/1080p/segment_0.m4s"
            for _ in 0..<3 {
                try await wire.send(Wire.head("HEAD", path, ["Range": "bytes=0-9"]))
                let head = try await wire.answer(to: "HEAD")
                #expect(head.status == 200)
                #expect(head.headers["content-length"] == "1000")
                try await wire.send(Wire.head("GET", path))
                #expect(try await wire.answer().body == Self.segment)
            }
        }
    }

    @Test func otherSitesMayAskInAdvance() async throws {
        try await withServer { server in
            let answer = try await Wire.exchange(
                server.publicPort,
                "OPTIONS",
                "/videos/any/master.m3u8",
                ["Origin": "https://elsewhere.example", "Access-Control-Request-Headers": "range"]
            )
            #expect(answer.status == 204)
            #expect(answer.headers["access-control-allow-origin"] == "*")
            #expect(answer.headers["access-control-allow-headers"]?.contains("Range") == true)
        }
    }

    @Test func pathsThatClimbOrHideNameNothing() async throws {
        try await withServer { server in
            let (_, slug) = try await server.addReadyVideo("Clip")
            #expect(slug.rawValue == "clip")
            for path in traversals {
                #expect(try await Wire.exchange(server.publicPort, "GET", path).status == 404, "\(path)")
            }
        }
    }

    @Test func aVideoThatIsWithdrawnIsGoneFromItsNextRequestOn() async throws {
        try await withServer { server in
            let (id, slug) = try await server.addReadyVideo("Clip")
            let path = "/videos/\(slug)/1080p/segment_0.m4s"
            #expect(try await Wire.exchange(server.publicPort, "GET", path).status == 200)
            let events = server.services.events.subscribe()
            #expect(try await server.services.catalog.videos.edit(id, VideoEdit(published: false)))
            for await event in events where event == .changed(id) { break }
            // Another subscriber of the same event drops the answer; it may be a moment later.
            while try await Wire.exchange(server.publicPort, "GET", path).status == 200 {
                try Task.checkCancellation()
                await Task.yield()
            }
            #expect(try await Wire.exchange(server.publicPort, "GET", path).status == 404)
        }
    }

    @Test func adminsSeeTheManifestsOfARunningJobAndNobodyElseDoes() async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip", published: false)
            let job = try #require(try await TestRunner(server).claim())
            try await job.putAll()
            let secret = ["X-Admin-Secret": TestCredentials.secret]
            for file in SampleVideo.files {
                let path = "/videos/\(slug)/\(file.path)"
                let preview = try await Wire.exchange(server.adminPort, "GET", path, secret)
                #expect(preview.status == 200, "\(path)")
                #expect(preview.body == file.bytes)
                #expect(preview.headers["cache-control"] == "private, no-store")
                #expect(preview.headers["access-control-allow-origin"] == nil)
                #expect(try await Wire.exchange(server.adminPort, "GET", path).status == 401)
                #expect(try await Wire.exchange(server.publicPort, "GET", path).status == 404)
            }
        }
    }
}
