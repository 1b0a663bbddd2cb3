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
}
