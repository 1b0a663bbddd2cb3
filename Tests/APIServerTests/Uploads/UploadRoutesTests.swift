import Catalog
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct UploadRoutesTests {
    @Test func aVideoIsTakenWholeAndQueued() async throws {
        let clip = try await TestClip.video.value
        try await withAdminAPI { client, services in
            let category = try await services.catalog.categories.create(name: "News")
            let form = MultipartForm(
                ["title": "A <b>film</b>", "category_id": "\(category)", "published": "false"],
                file: clip,
                named: "Holiday.MP4"
            )
            let response = try await client.upload(form)
            #expect(response.status == .created)
            let video = try response.json(AdminVideo.self)
            #expect(response.headers[.location] == "/api/videos/\(video.id)")
            #expect(video.title == "A <b>film</b>")
            #expect(video.status == .pending)
            #expect(video.publishedAt == nil)
            #expect(video.category?.name == "News")
            #expect(video.source.filename == "Holiday.MP4")
            #expect(video.source.bytes == Int64(clip.readableBytes))
            #expect(video.source.width == 128)
            #expect(video.source.videoCodec == "h264")
            #expect(video.progress.jobState == .queued)

            let file = services.storage.sourceFile(video.id, extension: "mp4")
            #expect(try Data(contentsOf: URL(filePath: file.string)) == Data(clip.readableBytesView))
            #expect(try Disk.names(in: services.storage.incoming).isEmpty)
        }
    }

    @Test func fieldsMayComeAfterTheFile() async throws {
        let clip = try await TestClip.video.value
        try await withAdminAPI { (client, _) async throws in
            let form = MultipartForm([("file", "clip.mp4", clip), ("title", nil, ByteBuffer(string: "Late"))])
            #expect(try await client.upload(form).json(AdminVideo.self).title == "Late")
        }
    }

    @Test(arguments: [
        (ByteBuffer(repeating: 0, count: 100_000), "garbage"), (ByteBuffer(), "empty"),
        (ByteBuffer(string: "#EXTM3U\nfile:///etc/passwd\n"), "playlist"), (ByteBuffer(string: "Dear diary"), "text"),
    ])
    func whatIsNoVideoIsRefusedWithASentence(content: ByteBuffer, kind: String) async throws {
        try await withAdminAPI { client, services in
            let response = try await client.upload(MultipartForm(file: content))
            #expect(response.status == .unprocessableContent)
            #expect(try response.error.detail.hasSuffix("."))
            try await expectNoTrace(services)
        }
    }

    @Test func soundWithoutPictureIsRefused() async throws {
        let sound = try await TestClip.soundOnly.value
        try await withAdminAPI { client, services in
            let response = try await client.upload(MultipartForm(file: sound))
            #expect(response.status == .unprocessableContent)
            #expect(try response.error.detail.contains("picture"))
            try await expectNoTrace(services)
        }
    }

    @Test(arguments: [
        (MultipartForm(file: ByteBuffer(), named: "film.exe"), 415, "file:"),
        (MultipartForm(["titel": "x"], file: ByteBuffer()), 400, "titel:"),
        (MultipartForm(["title": String(repeating: "x", count: 201)], file: ByteBuffer()), 400, "title:"),
        (MultipartForm(["category_id": "99"], file: ByteBuffer()), 400, "category_id:"),
        (MultipartForm([("title", nil, ByteBuffer(string: "x"))]), 400, "file:"),
        (MultipartForm([("file", "a.mp4", ByteBuffer()), ("file", "b.mp4", ByteBuffer())]), 400, "file:"),
    ])
    func badFormsAreRefusedByField(form: MultipartForm, status: Int, beginning: String) async throws {
        try await withAdminAPI { client, services in
            let response = try await client.upload(form)
            #expect(response.status.code == status)
            #expect(try response.error.detail.hasPrefix(beginning))
            try await expectNoTrace(services)
        }
    }

    @Test func aBodyThatEndsEarlyLeavesNoTrace() async throws {
        try await withAdminAPI { client, services in
            let whole = MultipartForm(file: ByteBuffer(repeating: 7, count: 100_000)).body
            var headers = AdminClient.secret
            headers[.contentType] = MultipartForm.contentType
            let cut = whole.getSlice(at: 0, length: whole.readableBytes - 4)
            let response = try await client.send(.post, "/api/videos", headers: headers, body: cut)
            #expect(response.status == .badRequest)
            try await expectNoTrace(services)
        }
    }

    @Test(arguments: ["text/plain", "multipart/form-data", "multipart/form-data; boundary="])
    func whatIsNoFormIsRefused(type: String) async throws {
        try await withAdminAPI { client, services in
            var headers = AdminClient.secret
            headers[.contentType] = type
            let response = try await client.send(.post, "/api/videos", headers: headers, body: ByteBuffer(string: "x"))
            #expect([400, 415].contains(response.status.code))
            try await expectNoTrace(services)
        }
    }

    @Test func tooLongAnUploadIsRefusedBeforeAByteIsSent() async throws {
        try await withAdminAPI {
            $0.limits.uploadBytes = 1000
        } body: { client, services in
            try await withRawConnection(port: client.port) { connection in
                try await connection.send(head(length: 1001, "Expect: 100-continue\r\n"))
                let (head, body) = try await connection.readResponse()
                #expect(head.hasPrefix("HTTP/1.1 413"))
                #expect(head.lowercased().contains("connection: close"))
                #expect(body.contains("too_large"))
            }
            try await expectNoTrace(services)
        }
    }

    @Test func theLimitHoldsForBodiesOfUnknownLength() async throws {
        try await withAdminAPI {
            $0.limits.uploadBytes = 100_000
        } body: { client, services in
            try await withRawConnection(port: client.port) { connection in
                try await connection.send(head(length: nil))
                let body = MultipartForm(file: ByteBuffer(repeating: 7, count: 120_000)).body
                try await connection.send(String(body.readableBytes, radix: 16) + "\r\n")
                try await connection.send(body)
                #expect(try await connection.readResponse().head.hasPrefix("HTTP/1.1 413"))
            }
            try await expectNoTrace(services)
        }
    }

    @Test func aFullDiskIsToldBeforeAByteIsTaken() async throws {
        try await withAdminAPI {
            $0.limits.freeBytesMargin = 1 << 60
        } body: { client, services in
            try await withRawConnection(port: client.port) { connection in
                try await connection.send(head(length: 5_000_000, "Expect: 100-continue\r\n"))
                let (head, body) = try await connection.readResponse()
                #expect(head.hasPrefix("HTTP/1.1 507"))
                #expect(body.contains("5 MB"))
            }
            try await expectNoTrace(services)
        }
    }

    @Test(.enabled(if: getuid() == 0, "mounts a small disk"))
    func aSmallDiskTakesWhatFitsAndRefusesTheRest() async throws {
        let clip = try await TestClip.video.value
        try await withSmallDisk(bytes: 8 << 20) { disk in
            try await withAdminAPI(storage: disk) { client, services in
                let large = MultipartForm(file: ByteBuffer(repeating: 7, count: 9 << 20))
                #expect(try await client.upload(large).status.code == 507)
                try await expectNoTrace(services)
            }
            try await withAdminAPI(storage: disk) { (client, _) async throws in
                #expect(try await client.upload(MultipartForm(file: clip)).status == .created)
            }
        }
    }

    @Test func aSenderWhoWaitsIsToldToGoOn() async throws {
        let clip = try await TestClip.video.value
        try await withAdminAPI { client, _ in
            try await withRawConnection(port: client.port) { connection in
                let body = MultipartForm(file: clip).body
                try await connection.send(head(length: body.readableBytes, "Expect: 100-continue\r\n"))
                #expect(try await connection.read(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                try await connection.send(body)
                #expect(try await connection.readResponse().head.hasPrefix("HTTP/1.1 201"))
            }
        }
    }

    @Test func aSlowSenderIsServed() async throws {
        let clip = try await TestClip.video.value
        try await withAdminAPI { client, _ in
            try await withRawConnection(port: client.port) { connection in
                var body = MultipartForm(["title": "Slow"], file: clip).body
                try await connection.send(head(length: body.readableBytes))
                while let piece = body.readSlice(length: min(97, body.readableBytes)), piece.readableBytes > 0 {
                    try await connection.send(piece)
                }
                #expect(try await connection.readResponse().head.hasPrefix("HTTP/1.1 201"))
            }
        }
    }

    @Test func aSenderWhoStopsIsCutOff() async throws {
        try await withAdminAPI {
            $0.limits.idleTimeout = .seconds(1)
        } body: { client, services in
            try await withRawConnection(port: client.port) { connection in
                // At once: between two pieces a busy machine may be silent for longer than the server allows. A very busy one
                // is cut off before it has said anything.
                do {
                    try await connection.send(head(length: 1_000_000) + "--\(MultipartForm.boundary)\r\n")
                    _ = try await connection.readToEnd()
                } catch ChannelError.ioOnClosedChannel {
                    return
                }
            }
            try await untilNothingIsIncoming(services)
            try await expectNoTrace(services)
        }
    }

    @Test func aSenderWhoGoesAwayLeavesNoTrace() async throws {
        try await withAdminAPI { client, services in
            let body = MultipartForm(file: ByteBuffer(repeating: 7, count: 8 << 20)).body
            try await withRawConnection(port: client.port) { connection in
                try await connection.send(head(length: body.readableBytes, "Expect: 100-continue\r\n"))
                _ = try await connection.read(through: "\r\n\r\n")
                #expect(try Disk.names(in: services.storage.incoming).count == 1)
                try await connection.send(body.getSlice(at: 0, length: 5 << 20) ?? ByteBuffer())
            }
            try await untilNothingIsIncoming(services)
            try await expectNoTrace(services)
        }
    }

    @Test func aFailingDatabaseLeavesNoTrace() async throws {
        let clip = try await TestClip.video.value
        try await withAdminAPI { client, services in
            try await services.pool.execute("ALTER TABLE transcoding_jobs RENAME TO elsewhere")
            let response = try await client.upload(MultipartForm(file: clip))
            #expect(response.status == .internalServerError)
            #expect(!response.text.contains("transcoding_jobs"))
            try await services.pool.execute("ALTER TABLE elsewhere RENAME TO transcoding_jobs")
            try await expectNoTrace(services)
        }
    }

    @Test func fourAtOnceOfOneTitleGetFourSlugs() async throws {
        let clip = try await TestClip.video.value
        try await withAdminAPI { client, services in
            let slugs = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await withRawConnection(port: client.port) { connection in
                            let body = MultipartForm(["title": "Same"], file: clip).body
                            try await connection.send(head(length: body.readableBytes))
                            try await connection.send(body)
                            let answer = try await connection.readResponse().body
                            return try JSONCoding.decoder().decode(AdminVideo.self, from: Data(answer.utf8)).slug
                                .rawValue
                        }
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(slugs == ["same", "same-2", "same-3", "same-4"])
            #expect(try Disk.names(in: services.storage.uploads).count == 5)
        }
    }

    @Test func moreUploadsThanAllowedAreToldToComeBack() async throws {
        try await withAdminAPI {
            $0.limits.concurrentUploads = 1
        } body: { client, _ in
            try await withRawConnection(port: client.port) { connection in
                try await connection.send(head(length: 1000, "Expect: 100-continue\r\n"))
                _ = try await connection.read(through: "\r\n\r\n")
                let second = try await client.upload(MultipartForm(file: ByteBuffer()))
                #expect(second.status == .serviceUnavailable)
                #expect(second.headers[.retryAfter] != nil)
            }
        }
    }

    @Test func leftoversOfAKilledServerGoAtStartAndOthersUploadsStay() async throws {
        try await withServices { services in
            let folder = services.storage.incoming
            try Disk.write("leftover".utf8, to: folder.appending("5f0c"))
            let running = try IncomingFile(in: folder)
            try await services.uploads.sweep(logger: services.logger)
            #expect(try Disk.names(in: folder) == [running.tag])
        }
    }
}

private func head(length: Int?, _ more: String = "") -> String {
    "POST /api/videos HTTP/1.1\r\nHost: localhost\r\nX-Admin-Secret: \(TestCredentials.secret)\r\n"
        + "Content-Type: \(MultipartForm.contentType)\r\n"
        + (length.map { "Content-Length: \($0)\r\n" } ?? "Transfer-Encoding: chunked\r\n") + more + "\r\n"
}

/// A closed connection says nothing of the upload's handler, which notices a moment before or after its client does.
/// Not asked by HTTP: the limit that cut the sender off is also that of a client between two questions.
private func untilNothingIsIncoming(_ services: ServerServices) async throws {
    try await services.until { try Disk.names(in: services.storage.incoming).isEmpty }
}

private func expectNoTrace(_ services: ServerServices) async throws {
    #expect(try Disk.names(in: services.storage.incoming).isEmpty)
    #expect(try Disk.names(in: services.storage.uploads) == [".incoming"])
    #expect(try await services.pool.query("SELECT 1 FROM videos UNION ALL SELECT 1 FROM transcoding_jobs").isEmpty)
}
