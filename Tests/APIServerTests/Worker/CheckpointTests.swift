import Foundation
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct CheckpointTests {
    private static let checkpoint = TranscodeCheckpoint(
        plan: "ffmpeg 5.1",
        tracks: [
            .init(
                folder: "720p",
                initialization: Data([1, 2]),
                segments: [.init(bytes: 3, keyFrames: [0, 2], sha256: "ab")]
            )
        ]
    )

    @Test func theNextAttemptReadsWhatTheFirstKept() async throws {
        try await withServer { server in
            _ = try await server.services.addVideo("Clip")
            let runner = try await TestRunner(server)
            let first = try #require(try await runner.claim())
            #expect(try await first.send("GET", "checkpoint").status == 404)
            #expect(try await first.send("PUT", "checkpoint", json: Self.checkpoint).status == 204)
            #expect(try await first.send("POST", "release").status == 204)
            let second = try #require(try await runner.claim())
            let read = try await second.send("GET", "checkpoint").json(TranscodeCheckpoint.self)
            #expect(read == Self.checkpoint)
            // The lease is gone, and with it the word.
            #expect(try await first.send("PUT", "checkpoint", json: Self.checkpoint).status == 409)
        }
    }

    @Test func whatIsNoCheckpointIsRefusedAndNothingIsKept() async throws {
        try await withServer { server in
            _ = try await server.services.addVideo("Clip")
            let job = try #require(try await TestRunner(server).claim())
            #expect(try await job.send("PUT", "checkpoint", [:], Array("{\"plan\": 1}".utf8)).status == 400)
            #expect(try await job.send("PUT", "checkpoint", [:], [UInt8](repeating: 32, count: 17 << 20)).status == 413)
            #expect(try await job.send("GET", "checkpoint").status == 404)
        }
    }
}
