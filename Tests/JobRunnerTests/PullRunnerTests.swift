import Foundation
import SystemPackage
import Testing
import VLogCore

@testable import JobRunner

/// A whole job, from claim to complete, with everything that may happen to it on the way.
@Suite(.timeLimit(.minutes(1)))
struct PullRunnerTests {
    @Test func aJobIsDownloadedTranscodedUploadedAndCompleted() async throws {
        let read = Watched<[UInt8]>([])
        let transcoding = ScriptedTranscoding { work in
            let content = try Data(contentsOf: URL(fileURLWithPath: work.source.string))
            read.change { $0 = Array(content) }
            for (path, content) in Fixture.files { try await work.store(path, content) }
        }
        try await withRunner(transcoding) { running in
            let state = try await running.idle()
            #expect(read.current == Fixture.source)
            let result = try #require(state.calls.compactMap(\.completion).first)
            #expect(result.duration == 12)
            #expect(result.renditions == [.small])
            #expect(result.files.map(\.path) == Fixture.files.map(\.0).sorted())
            for (path, content) in Fixture.files {
                #expect(state.stored[path] == content)
                #expect(
                    result.files.contains { $0.path == path && $0.sha256 == ContentDigest(of: content).hexadecimal }
                )
            }
            #expect(state.calls.compactMap(\.failure).isEmpty)
            #expect(!state.calls.contains { $0.isRelease })
        }
    }

    @Test func aDownloadResumesWhereTheConnectionBroke() async throws {
        let read = Watched<[UInt8]>([])
        let transcoding = ScriptedTranscoding { work in
            let content = try Data(contentsOf: URL(fileURLWithPath: work.source.string))
            read.change { $0 = Array(content) }
        }
        try await withRunner(transcoding) { state in
            state.fault = { $0.sourceOffset == 0 ? .cut(after: 1_500_000) : nil }
        } body: { running in
            let state = try await running.idle()
            let offsets = state.calls.compactMap(\.sourceOffset)
            #expect(offsets.count == 2)
            #expect(offsets.last.map { $0 > 0 && $0 <= 1_500_000 } == true)
            #expect(read.current == Fixture.source)
            #expect(state.calls.compactMap(\.completion).count == 1)
        }
    }

    @Test func filesThatAreThereWithTheSameContentAreNotSentAgain() async throws {
        let (there, other) = (Fixture.files[1], Fixture.files[2])
        try await withRunner(.quick) { state in
            state.stored = [there.0: there.1, other.0: [1, 2, 3]]
        } body: { running in
            let state = try await running.idle()
            #expect(!state.calls.compactMap(\.put).contains(there.0))
            #expect(state.stored[other.0] == other.1)
            #expect(state.calls.compactMap(\.completion).first?.files.count == Fixture.files.count)
        }
    }

    @Test func theNextAttemptGoesOnFromWhatTheServerHas() async throws {
        let stored = Fixture.files.prefix(3)
        let digest = ContentDigest(of: stored[1].1).hexadecimal
        let left = TranscodeCheckpoint(
            plan: "p",
            tracks: [
                .init(
                    folder: "360p",
                    initialization: Data(stored[0].1),
                    segments: [
                        .init(bytes: 200_000, keyFrames: [0, 9], sha256: digest),
                        // Replaced since, so it is another file than the checkpoint means.
                        .init(bytes: 300_000, keyFrames: [0, 9], sha256: String(repeating: "0", count: 64)),
                    ]
                )
            ]
        )
        let resumed = Watched<TranscodeCheckpoint?>(nil)
        let transcoding = ScriptedTranscoding { work in
            resumed.change { $0 = work.resume }
            for (path, content) in Fixture.files.dropFirst(2) { try await work.store(path, content) }
            try await work.keep(left)
        } resumed: {
            [stored[0].0, stored[1].0]
        }
        try await withRunner(transcoding) { state in
            state.checkpoint = left
            state.stored = Dictionary(stored.map { ($0.0, $0.1) }) { $1 }
        } body: { running in
            let state = try await running.idle()
            #expect(resumed.current?.tracks.map(\.segments.count) == [1])
            #expect(state.calls.compactMap(\.completion).first?.files.map(\.path) == Fixture.files.map(\.0).sorted())
            let kept = state.checkpoint?.tracks.first?.segments.map(\.sha256)
            #expect(kept == stored.dropFirst().map { ContentDigest(of: $0.1).hexadecimal })
        }
    }

    @Test func completeIsRepeatedWhenItsAnswerWasLost() async throws {
        try await withRunner(.quick) { state in
            let first = Watched(true)
            state.fault = { call in
                guard call.completion != nil else { return nil }
                return first.change { isFirst in
                    defer { isFirst = false }
                    return isFirst ? .cut(after: 0) : nil
                }
            }
        } body: { running in
            let state = try await running.idle()
            let results = state.calls.compactMap(\.completion)
            #expect(results.count == 2)
            #expect(results.first?.files == results.last?.files)
            #expect(state.calls.compactMap(\.failure).isEmpty)
        }
    }

    @Test func leftoversOfAKilledRunnerAreSwept() async throws {
        try await withRunner(.quick, leftovers: ["job-1-attempt-1/deep", "job-2-attempt-9"]) { running in
            _ = try await running.idle()
        }
    }

    @Test func twoRunnersCannotShareAScratchFolder() async throws {
        try await withRunner(.quick) { running in
            _ = try await running.idle()
            await #expect(throws: RunnerError.self) { try await running.runner.run() }
        }
    }

    @Test func aServerThatDoesNotHoldClaimsIsNotAskedWithoutPause() async throws {
        try await withRunner(.quick, job: nil) { state in
            state.holdsClaims = false
        } configure: { configuration in
            configuration.shortestPoll = .milliseconds(200)
        } body: { running in
            let calls = try await running.calls { $0.filter(\.isClaim).count == 4 }
            let times = calls.compactMap { if case .claim(let time) = $0 { time } else { nil } }
            // Three pauses, of which a late arrival of the first claim may hide a part.
            #expect(times[3] - times[0] >= .milliseconds(400))
        }
    }

    @Test func healthTellsOfTheJobInProgress() async throws {
        let gate = Watched(false)
        let report = ProgressReport(
            stage: .encoding,
            percent: 50,
            qualities: [QualityProgress(quality: Quality(lines: 360), percent: 50, segments: 3)]
        )
        let transcoding = ScriptedTranscoding { work in
            await work.report(report)
            try await gate.when { $0 ? () : nil }
        }
        try await withRunner(transcoding) { running in
            _ = try await running.calls { $0.contains { $0.progress?.stage == .encoding } }
            let health = running.runner.health
            #expect(health.ready)
            #expect(health.jobs.map(\.jobID) == [JobID(rawValue: 7)])
            #expect(health.jobs.first?.percent == 52)
            #expect(health.jobs.first?.qualities == report.qualities)
            gate.change { $0 = true }
            _ = try await running.idle()
            #expect(running.runner.health.jobs.isEmpty)
        }
    }

    @Test(arguments: [1, 3])
    func asManyJobsRunAtOnceAsAreWanted(count: Int) async throws {
        let (running, most, gate) = (Watched(0), Watched(0), Watched(false))
        let transcoding = ScriptedTranscoding { work in
            let now = running.change { running in
                running += 1
                return running
            }
            most.change { $0 = max($0, now) }
            try await gate.when { $0 ? () : nil }
            running.change { $0 -= 1 }
            for (path, content) in Fixture.files { try await work.store(path, content) }
        }
        try await withRunner(transcoding) {
            $0.waiting = (1...6).map { Fixture.job($0) }
        } configure: {
            $0.jobsAtOnce = count
        } body: { runner in
            try await running.when { $0 == count ? () : nil }
            gate.change { $0 = true }
            let calls = try await runner.calls { $0.compactMap(\.completion).count == 6 }
            #expect(calls.compactMap(\.failure).isEmpty)
            #expect(most.current == count)
        }
    }

    /// The job that it has is done to its end; then the runner ends by itself.
    @Test func aRunnerThatIsDrainedEndsAfterItsJob() async throws {
        let (drained, tell) = AsyncStream<Void>.makeStream()
        let transcoding = ScriptedTranscoding { work in
            for await _ in drained {}
            for (path, content) in Fixture.files { try await work.store(path, content) }
        }
        try await withRunner(transcoding) { running in
            running.server.state.change { $0.drain = true }
            // Its heartbeats go on while it drains, so the second one was answered with the wish.
            _ = try await running.calls { $0.filter { if case .heartbeat = $0 { true } else { false } }.count > 2 }
            #expect(!running.runner.health.ready)
            tell.finish()
            try await running.ended()
            let calls = running.server.state.current.calls
            #expect(calls.compactMap(\.completion).count == 1)
            #expect(calls.filter(\.isClaim).count == 1)
            #expect(!calls.contains { $0.isRelease })
        }
    }

    /// The runner of `vlog up` does not end: it is there when jobs are to be done again.
    @Test func aRunnerThatStaysWaitsUntilTheDrainIsTakenBack() async throws {
        try await withRunner(.quick, job: nil) {
            $0.drain = true
        } configure: {
            $0.endsWhenDrained = false
        } body: { running in
            let isHeartbeat: @Sendable (Call) -> Bool = { if case .heartbeat = $0 { true } else { false } }
            _ = try await running.calls { $0.filter(isHeartbeat).count > 1 }
            running.server.state.change { state in
                state.waiting = [Fixture.job()]
                state.drain = false
            }
            _ = try await running.calls { $0.compactMap(\.completion).count == 1 }
        }
    }
}
