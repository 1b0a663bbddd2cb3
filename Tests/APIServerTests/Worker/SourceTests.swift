import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct SourceTests {
    @Test func theSourceCanBeReadInPartsOfOneFile() async throws {
        try await withServer { server in
            try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            let size = SampleVideo.source.count
            let headers = ["If-Match": job.job.sourceETag]
            let part = try await job.send("GET", "source", headers.merging(["Range": "bytes=4-"]) { $1 })
            #expect(part.status == 206)
            #expect(part.headers["content-range"] == "bytes 4-\(size - 1)/\(size)")
            #expect(part.body == Array(SampleVideo.source[4...]))
            #expect(part.headers["etag"] == job.job.sourceETag)
            let head = try await job.send("HEAD", "source")
            #expect(head.status == 200)
            #expect(head.headers["content-length"] == "\(size)")
            #expect(try await job.send("GET", "source", ["If-Match": "\"another\""]).status == 412)
            #expect(try await job.send("GET", "source", ["Range": "bytes=1000-"]).status == 416)
        }
    }

    @Test func aSourceThatVanishedIsNotFound() async throws {
        try await withServer { server in
            let (id, _) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            Disk.remove(server.services.storage.sourceFile(id, extension: "mov"))
            #expect(try await job.send("GET", "source").status == 404)
        }
    }

    @Test func theSourceIsForTheRunnerThatHasTheJob() async throws {
        try await withServer { server in
            try await server.services.addVideo("Clip")
            let runner = try await TestRunner(server)
            let job = try #require(try await runner.claim())
            let path = "/api/worker/jobs/\(job.job.jobID)/source"
            #expect(try await runner.send("GET", path).status == 400)
            #expect(try await runner.send("GET", path, ["X-Lease-Token": "guess"]).status == 409)
            #expect(try await Wire.exchange(server.workerPort, "GET", path).status == 401)
            #expect(try await runner.send("GET", "/api/worker/jobs/999/source", ["X-Lease-Token": "x"]).status == 410)
            #expect(try await runner.send("GET", "/api/worker/jobs/x/source", ["X-Lease-Token": "x"]).status == 410)
        }
    }
}
