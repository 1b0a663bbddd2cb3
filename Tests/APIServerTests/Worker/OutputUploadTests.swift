import Catalog
import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct OutputUploadTests {
    @Test func aFileMayBeSentAgainAndReplacedUntilTheJobIsComplete() async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            let path = try #require(OutputPath(rawValue: "1080p/segment_0.m4s"))
            for bytes in [Array("one".utf8), Array("one".utf8), Array("two and more".utf8)] {
                #expect(try await job.put(path.rawValue, bytes).status == 200)
                #expect(try Disk.read(server.services.storage.file(slug, path)) == bytes)
            }
            let listed = try await job.send("GET", "files").json(ListBody<OutputFileBody>.self)
            #expect(listed.items == [SampleVideo.body(path.rawValue, Array("two and more".utf8))])
        }
    }

    @Test func aBodyThatIsNotWhatItsDigestSaysLeavesNothing() async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            let bytes = Array("content".utf8)
            let wrong = try await job.put("1080p/init.mp4", bytes, digest: SampleVideo.digest(Array("other".utf8)))
            #expect(wrong.status == 400)
            #expect(try wrong.error.detail.contains(SampleVideo.body("a.mp4", bytes).sha256))
            for digest in ["", "md5=1B2M2Y8AsgTpgAmY7PhCfg==", "sha-256=AAAA", "sha-256=!"] {
                let answer = try await job.put("1080p/init.mp4", bytes, digest: digest)
                #expect(answer.status == 400)
                #expect(try answer.error.detail.hasPrefix("Digest:"))
            }
            #expect(try await job.send("PUT", "files/1080p/init.mp4", [:], bytes).status == 400)
            #expect(try filesBelow(server.services.storage.videoFolder(slug)).isEmpty)
        }
    }

    @Test(arguments: [
        "../escape.mp4", "%2e%2e/escape.mp4", "1080p/%2e%2e/x.mp4", "1080p/x.exe", "1080p/UP.mp4", "a/b/c.mp4",
        "1080p//x.mp4", ".hidden.mp4", "1080p/.hidden.mp4", "1080p/x.mp4%00", "1080p%2fx.mp4", "1080p-g2/init.mp4",
    ])
    func aPathThatIsNotAnOutputOfThisGenerationIsRefused(path: String) async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            #expect([400, 404].contains(try await job.put(path, [1]).status))
            #expect(try filesBelow(server.services.storage.root).filter { !$0.contains("uploads") }.isEmpty)
            #expect(try filesBelow(server.services.storage.videoFolder(slug)).isEmpty)
        }
    }

    @Test func aLaterGenerationTouchesNothingThatIsPublished() async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip", profile: TranscodeProfile(generation: 2))
            let job = try #require(try await TestRunner(server).claim())
            #expect(try await job.put("1080p/init.mp4", [1]).status == 400)
            #expect(try await job.put("1080p-g2/init.mp4", [1]).status == 200)
            for name in ["thumbnail.jpg", "master.m3u8", "manifest.mpd"] {
                #expect(try await job.put(name, [1]).status == 200)
                let path = try #require(OutputPath(rawValue: name))
                #expect(!Disk.exists(server.services.storage.file(slug, path)))
            }
        }
    }

    @Test func aFileThatIsTooLongIsRefusedBeforeItIsTaken() async throws {
        try await withServer { server in
            try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            let headers = [
                "X-API-Key": job.runner.key, "X-Lease-Token": job.job.leaseToken, "Digest": SampleVideo.digest([]),
            ]
            let wire = try Wire(port: server.workerPort)
            let path = "/api/worker/jobs/\(job.job.jobID)/files/thumbnail.jpg"
            try await wire.send(Wire.head("PUT", path, headers, length: 1 << 30))
            #expect(try await wire.answer().status == 413)
        }
    }

    @Test func abortedUploadsLeaveNothing() async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            let headers = [
                "X-API-Key": job.runner.key, "X-Lease-Token": job.job.leaseToken, "Digest": SampleVideo.digest([1]),
            ]
            let path = "/api/worker/jobs/\(job.job.jobID)/files/1080p/segment_0.m4s"
            let folder = server.services.storage.videoFolder(slug)
            for _ in 0..<4 {
                let wire = try Wire(port: server.workerPort)
                try await wire.send(
                    Wire.head("PUT", path, headers, length: 8 << 20),
                    body: Array(repeating: 1, count: 3 << 20)
                )
                // The file has been begun, so that there is something to leave behind.
                while try filesBelow(folder).isEmpty {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                wire.finish()
                while try !filesBelow(folder).isEmpty {
                    try Task.checkCancellation()
                    await Task.yield()
                }
            }
            #expect(try await job.send("GET", "files").json(ListBody<OutputFileBody>.self).items.isEmpty)
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible))
    func aFullDiskIsToldAndLeavesNothingHalfWritten() async throws {
        try await withTemporaryDirectory { folder in
            try await SmallDisk.with(bytes: 6 << 20, at: folder.appending("disk")) { disk in
                try await withServer(storage: disk) { server in
                    let (_, slug) = try await server.services.addVideo("Clip")
                    let job = try #require(try await TestRunner(server).claim())
                    #expect(try await job.put("1080p/init.mp4", [1, 2, 3]).status == 200)
                    let answer = try await job.put("1080p/segment_0.m4s", Array(repeating: 7, count: 12 << 20))
                    #expect(answer.status == 507)
                    #expect(try answer.error.code == "no_space")
                    let files = try filesBelow(server.services.storage.videoFolder(slug))
                    #expect(files.map { ($0 as NSString).lastPathComponent } == ["init.mp4"])
                    #expect(try await job.put("1080p/segment_0.m4s", [1]).status == 200)
                }
            }
        }
    }
}

/// The paths of all files below a folder, hidden ones too.
func filesBelow(_ folder: FilePath) throws -> [String] {
    try Disk.names(in: folder).flatMap { name -> [String] in
        let path = folder.appending(name)
        return Disk.size(of: path) == nil ? try filesBelow(path) : [path.string]
    }
}
