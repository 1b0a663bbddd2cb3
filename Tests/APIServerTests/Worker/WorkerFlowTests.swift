import Catalog
import Foundation
import Postgres
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct WorkerFlowTests {
    @Test func whatARunnerDeliversBecomesAPublicVideo() async throws {
        try await withServer { server in
            let (id, slug) = try await server.services.addVideo("My clip")
            let runner = try await TestRunner(server)
            let job = try #require(try await runner.claim())
            #expect(job.job.videoID == id)
            #expect(job.job.attempt == 1)
            #expect(job.job.sourceBytes == Int64(SampleVideo.source.count))

            let source = try await job.send("GET", "source", ["If-Match": job.job.sourceETag])
            #expect(source.status == 200)
            #expect(source.body == SampleVideo.source)

            try await job.putAll()
            let listed = try await job.send("GET", "files").json(ListBody<OutputFileBody>.self)
            #expect(Set(listed.items.map(\.path)) == Set(SampleVideo.result.files.map(\.path)))
            #expect(try await Wire.exchange(server.publicPort, "GET", "/api/videos/\(slug)").status == 404)

            let done = try await job.complete()
            #expect(done.status == 200)
            try await server.waitUntilReady(id)
            let video = try await Wire.exchange(server.publicPort, "GET", "/api/videos/\(slug)")
            #expect(video.status == 200)
            #expect(try video.json(PublicVideoDetail.self).renditions == SampleVideo.result.renditions)
            for file in SampleVideo.files {
                let answer = try await Wire.exchange(server.publicPort, "GET", "/videos/\(slug)/\(file.path)")
                #expect(answer.status == 200)
                #expect(answer.body == file.bytes)
            }
            #expect(try await job.complete().json(CompleteResponse.self).state == .completed)
            let staging = server.services.storage.stagingFolder(slug, job: job.job.jobID)
            #expect(try Disk.names(in: staging).isEmpty)
        }
    }

    @Test func aClaimWaitsForAJobToComeUp() async throws {
        try await withServer { server in
            let runner = try await TestRunner(server)
            #expect(try await runner.claim() == nil)
            async let claimed = runner.claim(wait: 25)
            let start = ContinuousClock.now
            let (id, _) = try await server.services.addVideo("Late")
            #expect(try await claimed?.job.videoID == id)
            #expect(start.duration(to: .now) < .seconds(4))
        }
    }

    @Test func aClaimWhoseSenderHasGoneTakesNoJob() async throws {
        try await withServer { server in
            let runner = try await TestRunner(server)
            let body = try TestRunner.encode(ClaimRequest(wait: 25, capabilities: TestRunner.capabilities))
            let wire = try Wire(port: server.workerPort)
            let headers = ["X-API-Key": runner.key, "Content-Type": "application/json"]
            try await wire.send(Wire.head("POST", "/api/worker/claim", headers, length: body.count), body: body)
            wire.finish()
            // The server answers, or closes, as soon as it has seen that nobody is there any more.
            _ = try? await wire.answer()
            try await server.services.addVideo("Clip")
            #expect(try await runner.claim()?.job.attempt == 1)
        }
    }

    @Test func noJobIsEverGivenToTwoWorkers() async throws {
        try await withServer { server in
            for number in 1...12 { try await server.services.addVideo("Clip \(number)") }
            let runners = [
                try await TestRunner(server, name: "a"), try await TestRunner(server, name: "b"),
                try await TestRunner(server, name: "c"), try await TestRunner(server, name: "d"),
            ]
            let claimed = try await withThrowingTaskGroup(of: [JobID].self) { group in
                for runner in runners {
                    group.addTask {
                        var jobs: [JobID] = []
                        while let job = try await runner.claim() { jobs.append(job.job.jobID) }
                        return jobs
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 12)
            #expect(Set(claimed).count == 12)
        }
    }

    @Test func aRunnerWhoseLeaseEndedIsRefusedOnEveryCall() async throws {
        try await withServer { server in
            let (_, slug) = try await server.services.addVideo("Clip")
            let late = try #require(try await TestRunner(server, name: "late").claim())
            try await late.putAll()
            try await server.services.pool.execute(
                "UPDATE transcoding_jobs SET lease_until = now() - interval '1 second'"
            )
            try await server.services.catalog.jobs.expireLeases()
            for (name, answer) in try await late.everyCall() {
                #expect(answer.status == 409, "\(name) before the next attempt")
            }
            let next = try #require(try await TestRunner(server, name: "next").claim())
            #expect(next.job.attempt == 2)
            #expect(try await next.put("1080p/init.mp4", Array("newer".utf8)).status == 200)
            for (name, answer) in try await late.everyCall() {
                #expect(answer.status == 409, "\(name)")
                #expect(try answer.error.code == "lease_lost")
            }
            let path = try #require(OutputPath(rawValue: "1080p/init.mp4"))
            #expect(try Disk.read(server.services.storage.file(slug, path)) == Array("newer".utf8))
        }
    }

    @Test func aRunnerOfADeletedVideoIsToldThatTheJobIsGone() async throws {
        try await withServer { server in
            let (id, _) = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            _ = try await server.services.catalog.videos.softDelete(id)
            for (name, answer) in try await job.everyCall() {
                #expect(answer.status == 410, "\(name)")
                #expect(try answer.error.code == "job_gone")
            }
        }
    }

    @Test func everyAnswerTellsLeaseAndPace() async throws {
        try await withServer { server in
            try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            let quiet = try await job.send("POST", "lease").json(LeaseBody.self)
            #expect(quiet.leaseSeconds == 60)
            #expect(quiet.nextReportIn == 10)
            #expect(!quiet.cancel)
            #expect(abs(quiet.leaseUntil.timeIntervalSinceNow - 60) < 5)
            _ = server.services.progress.add(ProgressWatch(ids: []))
            let report = ProgressReport(stage: .encoding, percent: 40, qualities: [])
            #expect(try await job.send("POST", "progress", json: report).json(LeaseBody.self).nextReportIn == 1)
            #expect(try await job.put("1080p/init.mp4", [1]).json(LeaseBody.self).leaseSeconds == 60)
        }
    }

    @Test func aReleasedJobIsThereForTheNextClaim() async throws {
        try await withServer { server in
            try await server.services.addVideo("Clip")
            let runner = try await TestRunner(server)
            let first = try #require(try await runner.claim())
            #expect(try await first.send("POST", "release").status == 204)
            #expect(try await runner.claim()?.job.jobID == first.job.jobID)
        }
    }
}
