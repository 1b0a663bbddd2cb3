import Foundation
import Testing
import VLogCore

@testable import JobRunner

/// What a runner does when a job stops being its own.
@Suite(.timeLimit(.minutes(1)))
struct LeaseTests {
    @Test func theLeaseIsRenewedWhileTheTranscoderIsSilent() async throws {
        let gate = Watched(false)
        let transcoding = ScriptedTranscoding { _ in try await gate.when { $0 ? () : nil } }
        try await withRunner(transcoding, job: Fixture.job(leaseSeconds: 1)) { state in
            state.leaseSeconds = 1
        } body: { running in
            // Six renewals at a quarter of a second each: more than the lease was long.
            _ = try await running.calls { $0.filter(\.isRenewal).count == 6 }
            gate.change { $0 = true }
            let state = try await running.idle()
            #expect(state.calls.compactMap(\.completion).count == 1)
        }
    }

    @Test(arguments: [409, 410])
    func aJobThatIsNoLongerOursStopsTheTranscodeAndNothingMoreIsSent(status: Int) async throws {
        let record = Watched(TranscoderState.idle)
        let transcoding = ScriptedTranscoding { work in
            record.change { $0 = .running }
            defer { record.change { $0 = .stopped } }
            for (path, content) in Fixture.files { try await work.store(path, content) }
            try await Task.sleep(for: .seconds(3600))
        }
        try await withRunner(transcoding) { state in
            state.fault = { $0.put == Fixture.files[2].0 ? .status(status) : nil }
        } body: { running in
            let state = try await running.idle()
            #expect(record.current == .stopped)
            let last = try #require(state.calls.lastIndex { $0.put == Fixture.files[2].0 })
            #expect(!state.calls[last...].dropFirst().contains { $0.isRelease || $0.failure != nil })
            #expect(state.calls.compactMap(\.completion).isEmpty)
        }
    }

    @Test func cancelInAnAnswerStopsTheTranscodeAndReleasesTheJob() async throws {
        let record = Watched(TranscoderState.idle)
        try await withRunner(.silent(record), job: Fixture.job(leaseSeconds: 2)) { running in
            try await record.when { $0 == .running ? () : nil }
            running.server.state.change { $0.cancel = true }
            let state = try await running.idle()
            #expect(record.current == .stopped)
            #expect(state.calls.contains { $0.isRelease })
            #expect(state.calls.compactMap(\.failure).isEmpty)
        }
    }

    @Test func aLeaseThatRunsOutWhileTheServerIsAwayEndsTheAttempt() async throws {
        let record = Watched(TranscoderState.idle)
        try await withRunner(.silent(record), job: Fixture.job(leaseSeconds: 1)) { state in
            state.leaseSeconds = 1
        } body: { running in
            try await record.when { $0 == .running ? () : nil }
            running.server.state.change { $0.fault = { _ in .status(503) } }
            try await record.when { $0 == .stopped ? () : nil }
            running.server.state.change { $0.fault = { _ in nil } }
            let state = try await running.idle()
            #expect(!state.calls.contains { $0.isRelease || $0.failure != nil || $0.completion != nil })
        }
    }

    @Test func aStoppedRunnerReleasesItsJobBeforeItReturns() async throws {
        let record = Watched(TranscoderState.idle)
        try await withRunner(.silent(record)) { running in
            try await record.when { $0 == .running ? () : nil }
            running.stop()
            _ = try await running.calls { $0.contains { $0.isRelease } }
            #expect(record.current == .stopped)
            #expect(!running.runner.health.ready)
        }
    }

    @Test func aStoppedRunnerDoesNotWaitLongForAServerThatIsAway() async throws {
        let record = Watched(TranscoderState.idle)
        let clock = ContinuousClock()
        let start = Watched(clock.now)
        try await withRunner(.silent(record)) { _ in
        } configure: { configuration in
            configuration.farewell = .milliseconds(300)
        } body: { running in
            try await record.when { $0 == .running ? () : nil }
            running.server.state.change { $0.fault = { _ in .status(503) } }
            start.change { $0 = clock.now }
            running.stop()
        }
        #expect(clock.now - start.current < .seconds(10))
        #expect(record.current == .stopped)
    }
}
