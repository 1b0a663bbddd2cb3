import Catalog
import Foundation
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct CompletionTests {
    @Test func aResultWithoutOneOfItsFilesIsRefusedByName() async throws {
        try await withServer { server in
            try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            for file in SampleVideo.files.dropFirst() {
                #expect(try await job.put(file.path, file.bytes).status == 200)
            }
            let answer = try await job.complete()
            #expect(answer.status == 422)
            #expect(try answer.error.detail.contains("1080p/init.mp4"))
            #expect(try answer.error.code == "files_missing")
            try await job.putAll()
            #expect(try await job.complete().status == 200)
        }
    }

    @Test func aResultIsRefusedWhenAFileHasAnotherDigest() async throws {
        try await withServer { server in
            try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            try await job.putAll()
            #expect(try await job.put("1080p/segment_0.m4s", Array("another".utf8)).status == 200)
            #expect(try await job.complete().status == 422)
        }
    }

    @Test func aResultIsRefusedWhenAFileHasGoneFromTheDisk() async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            try await job.putAll()
            let path = try #require(OutputPath(rawValue: "1080p/segment_0.m4s"))
            Disk.remove(server.services.storage.file(slug, path))
            let answer = try await job.complete()
            #expect(answer.status == 422)
            #expect(try answer.error.detail.contains("segment_0.m4s"))
        }
    }

    @Test func aResultNeedsManifestsRenditionsAndADuration() async throws {
        try await withServer { server in
            try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            try await job.putAll()
            var withoutMaster = SampleVideo.result
            withoutMaster.files.removeAll { $0.path.rawValue == "master.m3u8" }
            var withoutRungs = SampleVideo.result
            withoutRungs.renditions = []
            var withoutTime = SampleVideo.result
            withoutTime.duration = 0
            for result in [withoutMaster, withoutRungs, withoutTime] {
                #expect(try await job.send("POST", "complete", json: result).status == 422)
            }
        }
    }

    @Test func onlyTheAttemptThatCompletedMayAskAgain() async throws {
        try await withServer { server in
            let (id, _) = try await server.services.addVideo("Clip")
            let runner = try await TestRunner(server)
            let job = try #require(try await runner.claim())
            try await job.putAll()
            #expect(try await job.complete().status == 200)
            try await server.waitUntilReady(id)
            #expect(try await job.complete().json(CompleteResponse.self).state == .completed)
            let path = "/api/worker/jobs/\(job.job.jobID)/complete"
            let headers = ["X-Lease-Token": "another", "Content-Type": "application/json"]
            let other = try await runner.send("POST", path, headers, try TestRunner.encode(SampleVideo.result))
            #expect(other.status == 409)
            #expect(try await job.put("1080p/init.mp4", [1]).status == 409, "what is published does not change")
        }
    }

    @Test func badInputFailsTheVideoWithTheRunnersSentence() async throws {
        try await withServer { server in
            let (id, _) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            #expect(try await job.fail(.badInput).json(CompleteResponse.self).state == .failed)
            let video = try #require(try await server.services.catalog.videos.admin(id))
            #expect(video.status == .failed)
            #expect(video.progress.error == "It did not work.")
        }
    }
}
