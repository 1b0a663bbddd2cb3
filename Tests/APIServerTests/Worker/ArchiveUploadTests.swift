import Archives
import Catalog
import Foundation
import Glibc
import Postgres
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct ArchiveUploadTests {
    /// The sample in the format of a runner.
    private static func sample(_ files: [(path: String, bytes: [UInt8])] = SampleVideo.files) -> [UInt8] {
        var writer = ArchiveWriter()
        var bytes = writer.begin()
        for file in files {
            let body = SampleVideo.body(file.path, file.bytes)
            let entry = ArchiveWriter.Entry(name: file.path, size: body.bytes, sha256: body.sha256)
            bytes += writer.head(of: entry) + writer.content(file.bytes) + writer.tail(of: entry)
        }
        return bytes + writer.end()
    }

    @Test func anArchiveIsTheSameAsItsFilesOneByOne() async throws {
        try await withServer { server in
            let video = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            try await server.services.pool.execute(
                "UPDATE transcoding_jobs SET lease_until = now() + interval '20 seconds'"
            )
            let bytes = Self.sample()
            let answer = try await job.send("PUT", "archive", ["Digest": SampleVideo.digest(bytes)], bytes)
            #expect(answer.status == 200)
            #expect(try answer.json(LeaseBody.self).leaseUntil.timeIntervalSinceNow > 30)
            let listed = try await job.send("GET", "files").json(ListBody<OutputFileBody>.self)
            #expect(Set(listed.items.map(\.path)) == Set(SampleVideo.result.files.map(\.path)))
            #expect(try await job.complete().status == 200)
            try await server.waitUntilReady(video.id)
            for file in SampleVideo.files {
                let path = try #require(OutputPath(rawValue: file.path))
                #expect(try Disk.read(server.services.storage.file(video.slug, path)) == file.bytes)
            }
        }
    }

    @Test func whatIsThereIsPassedOverAndWhatIsNotIsReplaced() async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            let storage = server.services.storage
            for file in SampleVideo.files.prefix(2) { #expect(try await job.put(file.path, file.bytes).status == 200) }
            let path = storage.file(slug, try #require(OutputPath(rawValue: "1080p/segment_0.m4s")))
            let before = try Stat(path).inode
            #expect(try await job.put("1080p/stream.m3u8", Array("older".utf8)).status == 200)
            for bytes in [Self.sample(), Self.plain(SampleVideo.files), Self.sample()] {
                #expect(try await job.send("PUT", "archive", [:], bytes).status == 200)
                #expect(try Stat(path).inode == before)
            }
            let stream = storage.file(slug, try #require(OutputPath(rawValue: "1080p/stream.m3u8")))
            #expect(try Disk.read(stream) == SampleVideo.files[2].bytes)
            // A row is no file: what was lost from the disk is taken again.
            Disk.remove(path)
            #expect(try await job.send("PUT", "archive", [:], Self.sample()).status == 200)
            #expect(try Disk.read(path) == SampleVideo.files[1].bytes)
            #expect(try Self.hidden(storage.videoFolder(slug)).isEmpty)
        }
    }

    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let status: Int
        /// What the sentence must have.
        let word: String
    }

    private static let good = TestArchive().file("1080p/init.mp4", Array("init".utf8))

    static let hostile: [Hostile] =
        [
            "../escape.mp4", "/etc/cron.d/x.mp4", "1080p/../../x.mp4", "a/b/c.mp4", "1080p//x.mp4", ".hidden.mp4",
            "1080p/UP.mp4", "x.exe", "1080p/x.mp4/", "1080p-g2/init.mp4", ".job-1/checkpoint", "..", "1080p/é.mp4",
            "checkpoint", "././x.mp4", "C:\\x.mp4",
        ].map { name in
            Hostile(
                testDescription: "named \(name)",
                bytes: good.file(name).ended().gzipped,
                status: 422,
                word: "Entry \"\(ArchiveError.printable(name))\""
            )
        }
        + [
            ("a link", good.entry("x.mp4", type: "2", link: "/etc/passwd").ended(), 422, "symbolic link"),
            ("a hard link", good.entry("x.mp4", type: "1", link: "1080p/init.mp4").ended(), 422, "hard link"),
            ("a device", good.entry("x.mp4", type: "3").ended(), 422, "device"),
            ("a pipe", good.entry("x.mp4", type: "6").ended(), 422, "pipe"),
            ("sparse", good.entry("x.mp4", type: "S").ended(), 422, "sparse"),
            ("twice", good.file("x.mp4").file("./x.mp4").ended(), 422, "twice"),
            ("a folder above", good.entry("../", type: "5").ended(), 422, "Entry \"../\""),
            ("a hidden folder", good.entry(".job-1/", type: "5").ended(), 422, "Entry \".job-1/\""),
            ("a GNU long name", good.entry("././@LongLink", type: "L", size: 300).ended(), 422, "long name"),
            (
                "a pax path that leads out",
                good.pax(TestArchive.record("path", "../../x.mp4")).file("x.mp4").ended(), 422, "../../x.mp4"
            ),
            ("a pax size", good.pax(TestArchive.record("size", "\(1 << 40)")).file("x.mp4").ended(), 413, "512 MiB"),
            ("a long playlist", good.entry("master.m3u8", size: 17 << 20).ended(), 413, "16 MiB"),
            ("a long pax header", good.entry("pax", type: "x", size: 1 << 30).ended(), 413, "pax header"),
            (
                "another digest",
                good.pax(TestArchive.record("VLOG.sha256", String(repeating: "0", count: 64))).file("x.mp4").ended(),
                400, "SHA-256"
            ),
            ("a wrong checksum", good.file("x.mp4").ended().changed(at: 1024 + 120), 400, "checksum"),
            ("no end", good.file("x.mp4"), 400, "in the middle"),
            ("something behind the end", good.ended().file("x.mp4"), 400, "behind the end"),
        ].map { Hostile(testDescription: $0, bytes: $1.gzipped, status: $2, word: $3) } + [
            Hostile(testDescription: "nothing", bytes: [], status: 400, word: "in the middle"),
            Hostile(testDescription: "no gzip", bytes: good.ended().bytes, status: 400, word: "not gzip"),
            Hostile(
                testDescription: "truncated",
                bytes: good.file("x.mp4").ended().gzipped.dropLast(9),
                status: 400,
                word: "in the middle"
            ),
            Hostile(
                testDescription: "two members",
                bytes: good.ended().gzipped + TestArchive().file("x.mp4").ended().gzipped,
                status: 400,
                word: "only one"
            ),
            Hostile(
                testDescription: "a bomb",
                bytes: good.file("x.mp4", [UInt8](repeating: 0, count: 80 << 20)).ended().gzipped,
                status: 413,
                word: "50 times"
            ),
        ]

    /// What is before the bad entry may be there: those files are whole, and of this job.
    @Test func hostileArchivesAreRefusedAndLeaveNothingHalfWritten() async throws {
        try await withServer { server in
            let published = try await server.addReadyVideo("Published")
            let shown = try Self.served(server.services.storage.videoFolder(published.slug))
            let (_, slug) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            let storage = server.services.storage
            let outside = try Self.served(storage.root).filter { !$0.contains("/videos/\(slug)/") }
            let whole: Set = ["init.mp4", "x.mp4"]
            for hostile in Self.hostile {
                let answer = try await job.send("PUT", "archive", [:], hostile.bytes)
                #expect(answer.status == hostile.status, "\(hostile.testDescription): \(answer.text)")
                #expect(try answer.error.detail.contains(hostile.word), "\(hostile.testDescription): \(answer.text)")
                let left = try filesBelow(storage.videoFolder(slug)).map { ($0 as NSString).lastPathComponent }
                #expect(whole.isSuperset(of: left), "\(hostile.testDescription): \(left)")
            }
            #expect(try Self.served(storage.root).filter { !$0.contains("/videos/\(slug)/") } == outside)
            #expect(try Self.served(storage.videoFolder(published.slug)) == shown)
            let listed = try await job.send("GET", "files").json(ListBody<OutputFileBody>.self)
            #expect(listed.items.map(\.path.rawValue) == ["1080p/init.mp4", "x.mp4"])
            // And the attempt can still do its work.
            #expect(try await job.send("PUT", "archive", [:], Self.sample()).status == 200)
            #expect(try await job.complete().status == 200)
        }
    }

    @Test func aDigestThatIsNotTheArchivesIsTold() async throws {
        try await withServer { server in
            try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            for digest in [SampleVideo.digest([1]), "sha-256=AAAA", "md5=x"] {
                let answer = try await job.send("PUT", "archive", ["Digest": digest], Self.sample())
                #expect(answer.status == 400)
                #expect(try answer.error.detail.hasPrefix("Digest:"))
            }
        }
    }

    @Test func limitsOnEntriesAndSizeAreKept() async throws {
        try await withServer {
            $0.limits.archive.entries = 3
            $0.limits.archive.bytes = 1 << 20
        } body: { server in
            try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            let many = try await job.send("PUT", "archive", [:], Self.sample())
            #expect(many.status == 413)
            #expect(try many.error.detail.contains("one too many"))
            let long = Self.sample([("a.mp4", [UInt8](repeating: 1, count: 2 << 20))])
            #expect(try await job.send("PUT", "archive", [:], long).status == 413)
            let unannounced = TestArchive().file("a.mp4", [UInt8](repeating: 1, count: 2 << 20)).ended().gzipped
            #expect(try await job.send("PUT", "archive", [:], unannounced).error.detail.contains("1048576"))
        }
    }

    @Test func nobodyButTheAttemptMaySend() async throws {
        try await withServer { server in
            try await server.services.addVideo("Clip")
            let runner = try await TestRunner(server)
            let first = try #require(try await runner.claim())
            #expect(try await first.send("POST", "release").status == 204)
            let second = try #require(try await runner.claim())
            let late = try await first.send("PUT", "archive", [:], Self.sample())
            #expect(late.status == 409)
            #expect(try late.error.code == "lease_lost")
            let stranger = try await Wire.exchange(
                server.workerPort,
                "PUT",
                "/api/worker/jobs/\(second.job.jobID)/archive",
                ["X-Lease-Token": second.job.leaseToken],
                body: Self.sample()
            )
            #expect(stranger.status == 401)
            #expect(try await runner.send("PUT", "/api/worker/jobs/\(second.job.jobID)/archive").status == 400)
            #expect(try await second.send("GET", "files").json(ListBody<OutputFileBody>.self).items.isEmpty)
        }
    }

    /// A lease that is lost in the middle stops the archive at its next file.
    @Test func aLeaseThatEndsInTheMiddleEndsTheArchive() async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip")
            let runner = try await TestRunner(server)
            let job = try #require(try await runner.claim())
            let bytes = Self.sample([
                ("1080p/init.mp4", Self.noise(600_000)), ("1080p/segment_0.m4s", Self.noise(900_000)),
            ])
            let wire = try Wire(port: server.workerPort)
            try await wire.send(Self.head(job, length: bytes.count), body: Array(bytes.prefix(1_250_000)))
            let folder = server.services.storage.videoFolder(slug)
            while try !filesBelow(folder).contains(where: { $0.hasSuffix("1080p/init.mp4") }) {
                try Task.checkCancellation()
                await Task.yield()
            }
            #expect(try await job.send("POST", "release").status == 204)
            let next = try #require(try await runner.claim())
            try await wire.send("", body: Array(bytes.dropFirst(1_250_000)))
            let answer = try await wire.answer()
            #expect(answer.status == 409)
            #expect(try answer.error.code == "lease_lost")
            #expect(try filesBelow(folder).map { ($0 as NSString).lastPathComponent } == ["init.mp4"])
            let listed = try await next.send("GET", "files").json(ListBody<OutputFileBody>.self)
            #expect(listed.items.map(\.path.rawValue) == ["1080p/init.mp4"])
        }
    }

    @Test func aConnectionThatBreaksLeavesWholeFilesAndTheNextArchiveTheRest() async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            let files = (0..<4).map { ("1080p/segment_\($0).m4s", Self.noise(700_000)) }
            let bytes = Self.sample(files.map { (path: $0.0, bytes: $0.1) })
            let wire = try Wire(port: server.workerPort)
            try await wire.send(Self.head(job, length: bytes.count), body: Array(bytes.prefix(1_800_000)))
            let folder = server.services.storage.videoFolder(slug)
            // Two files have their places, and a third has been begun.
            while try filesBelow(folder).filter({ $0.hasSuffix(".m4s") }).count < 2 || Self.hidden(folder).isEmpty {
                try Task.checkCancellation()
                await Task.yield()
            }
            wire.finish()
            while try !Self.hidden(folder).isEmpty {
                try Task.checkCancellation()
                await Task.yield()
            }
            let listed = try await job.send("GET", "files").json(ListBody<OutputFileBody>.self)
            #expect(listed.items.count == 2)
            #expect(try await job.send("PUT", "archive", [:], bytes).status == 200)
            for (name, content) in files {
                let path = try #require(OutputPath(rawValue: name))
                #expect(try Disk.read(server.services.storage.file(slug, path)) == content)
            }
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible))
    func aFullDiskIsToldAndLeavesNothingHalfWritten() async throws {
        try await withTemporaryDirectory { folder in
            try await SmallDisk.with(bytes: 6 << 20, at: folder.appending("disk")) { disk in
                try await withServer(storage: disk) { server in
                    let (_, slug) = try await server.services.addVideo("Clip")
                    let job = try #require(try await TestRunner(server).claim())
                    let files = (0..<12).map { (path: "1080p/segment_\($0).m4s", bytes: Self.noise(900_000)) }
                    let announced = try await job.send("PUT", "archive", [:], Self.sample(files))
                    #expect(announced.status == 507)
                    #expect(try filesBelow(server.services.storage.videoFolder(slug)).isEmpty)
                    let chunked = ["Transfer-Encoding": "chunked"]
                    let wire = try Wire(port: server.workerPort)
                    let body = Self.sample(files)
                    try await wire.send(Self.head(job, length: nil, chunked))
                    try await wire.send(String(body.count, radix: 16) + "\r\n", body: body)
                    try await wire.send("\r\n0\r\n\r\n")
                    let answer = try await wire.answer()
                    #expect(answer.status == 507)
                    #expect(try answer.error.code == "no_space")
                    let left = try filesBelow(server.services.storage.videoFolder(slug))
                    #expect(
                        !left.isEmpty
                            && left.allSatisfy { $0.hasSuffix(".m4s") && Disk.size(of: FilePath($0)) == 900_000 }
                    )
                }
            }
        }
    }

    /// As `tar` and `gzip` would make it.
    private static func plain(_ files: [(path: String, bytes: [UInt8])]) -> [UInt8] {
        files.reduce(TestArchive().entry("./", type: "5").entry("./1080p/", type: "5")) { archive, file in
            archive.file("./" + file.path, file.bytes)
        }.ended().gzipped
    }

    private static func head(_ job: TestJob, length: Int?, _ more: [String: String] = [:]) -> String {
        let headers = ["X-API-Key": job.runner.key, "X-Lease-Token": job.job.leaseToken].merging(more) { $1 }
        return Wire.head("PUT", "/api/worker/jobs/\(job.job.jobID)/archive", headers, length: length)
    }

    private static func noise(_ count: Int) -> [UInt8] {
        var random = SeededGenerator(seed: UInt64(count))
        return (0..<count).map { _ in .random(in: 0...255, using: &random) }
    }

    /// All but what waits beside a job's manifests, which the server removes when it likes.
    private static func served(_ folder: FilePath) throws -> [String] {
        try filesBelow(folder).filter { !$0.contains("/.job-") }.sorted()
    }

    /// What is written and has no place.
    private static func hidden(_ folder: FilePath) throws -> [String] {
        try filesBelow(folder).filter { ($0 as NSString).lastPathComponent.hasPrefix(".") }
    }
}
