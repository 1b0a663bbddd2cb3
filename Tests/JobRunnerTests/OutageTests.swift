import Foundation
import Logging
import Testing
import VLogCore

@testable import JobRunner

/// A server that is away, full or of another opinion.
@Suite(.timeLimit(.minutes(1)))
struct OutageTests {
    @Test func aServerThatIsAwayForAWhileLosesNothing() async throws {
        try await withRunner(.quick) { state in
            let left = Watched(8)
            state.fault = { call in
                guard call.isAboutJob else { return nil }
                return left.change { left in
                    left -= 1
                    return left >= 0 ? .status(503) : nil
                }
            }
        } body: { running in
            let state = try await running.idle()
            #expect(state.faults == 8)
            #expect(state.calls.compactMap(\.completion).last?.files.count == Fixture.files.count)
            for (path, content) in Fixture.files { #expect(state.stored[path] == content) }
            #expect(state.calls.compactMap(\.failure).isEmpty)
        }
    }

    @Test func aServerThatDoesNotAnswerIsNotAskedByEverybodyAllTheTime() async throws {
        let outage = Watched<ContinuousClock.Instant?>(nil)
        try await withRunner(.quick) { state in
            state.fault = { call in
                guard call.isAboutJob, call.put != nil || outage.current != nil else { return nil }
                let end = outage.change { end in
                    end = end ?? .now + .seconds(2)
                    return end ?? .now
                }
                return ContinuousClock.now < end ? .cut(after: 0) : nil
            }
        } body: { running in
            let state = try await running.idle()
            // Four uploads, the lease and the progress, each every tenth of a second, would be over a hundred.
            #expect(state.faults < 30)
            for (path, content) in Fixture.files { #expect(state.stored[path] == content) }
            #expect(state.calls.compactMap(\.failure).isEmpty)
        }
    }

    @Test func anOutageIsWarnedOfOnceAndNoSecretIsEverLogged() async throws {
        try await withRunner(.quick) { state in
            let left = Watched(12)
            state.fault = { _ in
                left.change { left in
                    left -= 1
                    return left >= 0 ? .status(503) : nil
                }
            }
        } body: { running in
            _ = try await running.calls { $0.contains { $0.completion != nil } }
            let lines = running.log.lines.current
            #expect(lines.filter { $0.level == .warning }.count == 1)
            #expect(lines.filter { $0.text.hasPrefix("worker api reached again") }.count == 1)
            #expect(!lines.contains { $0.text.contains("stay-secret") })
        }
    }

    @Test func aWrongKeyIsAnErrorThatIsToldOnce() async throws {
        try await withRunner(.quick) { state in
            state.fault = { _ in .status(401) }
        } body: { running in
            _ = try await running.calls { $0.filter(\.isClaim).count == 5 }
            #expect(running.log.lines.current.filter { $0.level == .error }.count == 1)
            #expect(!running.runner.health.ready)
            running.server.state.change { $0.fault = { _ in nil } }
            _ = try await running.calls { $0.contains { $0.completion != nil } }
        }
    }

    @Test func aFullServerEndsTheAttemptAsNoSpace() async throws {
        let record = Watched(TranscoderState.idle)
        let transcoding = ScriptedTranscoding { work in
            record.change { $0 = .running }
            defer { record.change { $0 = .stopped } }
            for (path, content) in Fixture.files { try await work.store(path, content) }
            try await Task.sleep(for: .seconds(3600))
        }
        try await withRunner(transcoding) { state in
            state.fault = { $0.put == nil ? nil : .status(507, code: "no_space") }
        } body: { running in
            let state = try await running.idle()
            #expect(state.calls.compactMap(\.failure).map(\.code) == [.noSpace])
            #expect(record.current == .stopped)
        }
    }

    @Test func aSourceTooLargeForTheScratchDiskIsNotDownloaded() async throws {
        try await withRunner(.quick, job: Fixture.job(bytes: 1 << 60)) { running in
            let state = try await running.idle()
            #expect(state.calls.compactMap(\.failure).map(\.code) == [.noSpace])
            #expect(state.calls.compactMap(\.sourceOffset).isEmpty)
        }
    }

    @Test(arguments: [(412, FailureCode.internal), (404, .badInput)])
    func aSourceThatIsNotThereAnyMoreFailsTheAttempt(status: Int, code: FailureCode) async throws {
        try await withRunner(.quick) { state in
            state.fault = { $0.sourceOffset == nil ? nil : .status(status) }
        } body: { running in
            let state = try await running.idle()
            #expect(state.calls.compactMap(\.failure).map(\.code) == [code])
        }
    }

    @Test func aSourceOfAnotherLengthIsNotTaken() async throws {
        try await withRunner(.quick, job: Fixture.job(bytes: Int64(Fixture.source.count) - 5)) { running in
            let state = try await running.idle()
            #expect(state.calls.compactMap(\.failure).map(\.code) == [.internal])
        }
    }

    @Test func theFailureOfATranscodeIsToldWithTheEndOfItsLog() async throws {
        let log = String(repeating: "a line of ffmpeg's\n", count: 1000) + "the last line"
        let transcoding = ScriptedTranscoding { _ in
            throw JobFailure(.badInput, "This file is not a video.", logTail: log)
        }
        try await withRunner(transcoding) { running in
            let state = try await running.idle()
            let failure = try #require(state.calls.compactMap(\.failure).first)
            #expect(failure.code == .badInput)
            #expect(failure.message == "This file is not a video.")
            #expect(failure.logTail.hasSuffix("the last line"))
            #expect(failure.logTail.utf8.count <= 4096)
        }
    }

    @Test func aNewStageIsToldAtOnceHoweverRarelyReportsAreWanted() async throws {
        let gate = Watched(false)
        let transcoding = ScriptedTranscoding { work in
            await work.report(ProgressReport(stage: .encoding, percent: 5, qualities: []))
            try await gate.when { $0 ? () : nil }
        }
        try await withRunner(transcoding) { state in
            state.nextReportIn = 60
            state.waiting[0].lease.nextReportIn = 60
        } body: { running in
            let stages = try await running.calls { $0.contains { $0.progress?.stage == .encoding } }
            #expect(stages.compactMap(\.progress?.stage).first == .downloading)
            gate.change { $0 = true }
            _ = try await running.idle()
        }
    }

    @Test func onlyTheNewestProgressIsReported() async throws {
        let gate = Watched(false)
        let transcoding = ScriptedTranscoding { work in
            for percent in 1...100 {
                await work.report(ProgressReport(stage: .encoding, percent: Double(percent), qualities: []))
            }
            try await gate.when { $0 ? () : nil }
        }
        try await withRunner(transcoding) { running in
            let calls = try await running.calls { $0.contains { $0.progress?.percent == 99 } }
            let encoding = calls.compactMap(\.progress).filter { $0.stage == .encoding }
            #expect(encoding.count < 10)
            gate.change { $0 = true }
            _ = try await running.idle()
        }
    }
}
