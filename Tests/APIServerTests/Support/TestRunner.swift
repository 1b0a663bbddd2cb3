import Catalog
import Foundation
import Testing
import VLogCore

@testable import APIServer

/// A runner that speaks to the Worker API by hand.
struct TestRunner: Sendable {
    static let capabilities = WorkerCapabilities(
        version: productVersion,
        codecs: ["h264"],
        accelerators: ["cpu"],
        freeBytes: 1 << 40
    )
    let port: Int
    let key: String

    /// Registers under a name, with the admin secret.
    init(_ server: RunningServer, name: String = "runner") async throws {
        let answer = try await Wire.exchange(
            server.workerPort,
            "POST",
            "/api/worker/register",
            ["X-Admin-Secret": TestCredentials.secret, "Content-Type": "application/json"],
            body: try Self.encode(RegisterRequest(name: name))
        )
        #expect(answer.status == 201)
        port = server.workerPort
        key = try answer.json(RegisterResponse.self).apiKey
    }

    init(port: Int, key: String) {
        self.port = port
        self.key = key
    }

    static func encode(_ body: some Encodable) throws -> [UInt8] { Array(try JSONCoding.encoder().encode(body)) }

    func claim(wait: Int = 0) async throws -> TestJob? {
        let answer = try await send(
            "POST",
            "/api/worker/claim",
            ClaimRequest(wait: wait, capabilities: Self.capabilities)
        )
        guard answer.status != 204 else { return nil }
        #expect(answer.status == 200)
        return TestJob(runner: self, job: try answer.json(ClaimedJob.self))
    }

    func send(_ method: String, _ path: String, _ body: some Encodable) async throws -> Wire.Answer {
        try await send(method, path, ["Content-Type": "application/json"], try Self.encode(body))
    }

    func send(
        _ method: String,
        _ path: String,
        _ headers: [String: String] = [:],
        _ body: [UInt8]? = nil
    ) async throws -> Wire.Answer {
        try await Wire.exchange(port, method, path, headers.merging(["X-API-Key": key]) { $1 }, body: body)
    }
}

/// A job that a test's runner has.
struct TestJob: Sendable {
    let runner: TestRunner
    let job: ClaimedJob

    /// A call about the job, with the attempt's token.
    func send(
        _ method: String,
        _ rest: String,
        _ headers: [String: String] = [:],
        _ body: [UInt8]? = nil
    ) async throws -> Wire.Answer {
        let path = "/api/worker/jobs/\(job.jobID)/\(rest)"
        return try await runner.send(method, path, headers.merging(["X-Lease-Token": job.leaseToken]) { $1 }, body)
    }

    func send(_ method: String, _ rest: String, json: some Encodable) async throws -> Wire.Answer {
        try await send(method, rest, ["Content-Type": "application/json"], try TestRunner.encode(json))
    }

    func put(_ path: String, _ bytes: [UInt8], digest: String? = nil) async throws -> Wire.Answer {
        try await send("PUT", "files/\(path)", ["Digest": digest ?? SampleVideo.digest(bytes)], bytes)
    }

    func putAll() async throws {
        for file in SampleVideo.files { #expect(try await put(file.path, file.bytes).status == 200) }
    }

    func complete() async throws -> Wire.Answer { try await send("POST", "complete", json: SampleVideo.result) }

    func fail(_ code: FailureCode) async throws -> Wire.Answer {
        try await send("POST", "fail", json: FailRequest(code: code, message: "It did not work.", logTail: "log"))
    }

    /// Every call that a runner can make about its job.
    func everyCall() async throws -> [(name: String, answer: Wire.Answer)] {
        [
            ("source", try await send("GET", "source")),
            ("files", try await send("GET", "files")),
            ("archive", try await send("PUT", "archive", [:], [])),
            ("put", try await put("1080p/init.mp4", Array("late".utf8))),
            (
                "progress",
                try await send("POST", "progress", json: ProgressReport(stage: .encoding, percent: 5, qualities: []))
            ),
            ("lease", try await send("POST", "lease")),
            ("complete", try await complete()),
            ("fail", try await fail(.internal)),
            ("release", try await send("POST", "release")),
        ]
    }
}

extension Wire.Answer {
    func json<Body: Decodable>(_ type: Body.Type = Body.self) throws -> Body {
        try JSONCoding.decoder().decode(type, from: Data(body))
    }

    var error: ErrorBody { get throws { try json() } }
}

extension RunningServer {
    /// A video that is published, made by a runner over the Worker API.
    func addReadyVideo(_ title: String, published: Bool = true) async throws -> (id: VideoID, slug: Slug) {
        let video = try await services.addVideo(title, published: published)
        let job = try #require(try await TestRunner(self).claim())
        #expect(job.job.videoID == video.id)
        try await job.putAll()
        #expect(try await job.complete().status == 200)
        try await waitUntilReady(video.id)
        return video
    }

    /// Waits for the finaliser, without looking more often than the database tells of changes.
    func waitUntilReady(_ id: VideoID) async throws {
        let events = services.events.subscribe()
        if try await services.catalog.videos.admin(id)?.status == .ready { return }
        for await _ in events where try await services.catalog.videos.admin(id)?.status == .ready { return }
    }
}
