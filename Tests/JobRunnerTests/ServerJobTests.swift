import Foundation
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import JobRunner

/// The runner of a pod that has one job of a server.
@Suite(.timeLimit(.minutes(1))) struct ServerJobTests {
    /// Runs it to its end; `stop` makes it shut down.
    private func ending(
        _ transcoding: any JobTranscoding,
        token: String? = FakeWorkerAPI.apiKey,
        setUp: @escaping @Sendable (inout FakeWorkerAPI.State) -> Void = { _ in },
        while body: @escaping @Sendable (FakeWorkerAPI, _ stop: @escaping @Sendable () -> Void) async throws -> Void = {
            _,
            _ in
        }
    ) async throws -> (RunnerEnding, FakeWorkerAPI.State) {
        let server = FakeWorkerAPI()
        server.state.change { state in
            state.waiting = [Fixture.job()]
            state.source = Fixture.source
            setUp(&state)
        }
        let result = Watched<RunnerEnding?>(nil)
        try await withTemporaryDirectory { folder in
            let file = folder.appending("token")
            if let token { try Data("\(token)\n".utf8).write(to: URL(filePath: file.string)) }
            try await withServer(server) { port in
                let url = try #require(URL(string: "http://127.0.0.1:\(port)"))
                var configuration = RunnerConfiguration(
                    server: url,
                    tokenFile: file,
                    name: "pod",
                    scratch: folder.appending("work")
                )
                configuration.retry.first = .milliseconds(20)
                configuration.retry.ceiling = .milliseconds(100)
                let runner = ServerJobRunner(
                    configuration: configuration,
                    skills: RunnerSkills(),
                    transcoding: transcoding,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
                try await testGracefulShutdown { trigger in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { await runner.run() }
                        try await body(server) { trigger.triggerGracefulShutdown() }
                        try await group.waitForAll()
                    }
                }
                result.change { $0 = runner.ending }
            }
        }
        return (try #require(result.current), server.state.current)
    }

    @Test func theVideoIsDeliveredAndThatIsItsLastWord() async throws {
        let (ending, state) = try await ending(.quick)
        #expect(ending.code == nil)
        #expect(ending.message.message == "12 seconds in 360p, encoded by ffmpeg.")
        #expect(state.stored.count == Fixture.files.count)
        #expect(state.calls.filter(\.isClaim).count == 1)
    }

    @Test func whatIsDoneAlreadyIsDone() async throws {
        let (ending, state) = try await ending(.quick) { $0.holdsClaims = false }
        #expect(ending.code == nil)
        #expect(state.calls.allSatisfy { !$0.isAboutJob })
    }

    @Test(arguments: [
        (FailureCode.badInput, RunnerExitCode.badInput), (.noEncoder, .impossible), (.noSpace, .noSpace),
        (.internal, .failed),
    ])
    func aFailureIsToldToTheServerAndToKubernetes(failure: FailureCode, code: RunnerExitCode) async throws {
        let transcoding = ScriptedTranscoding { _ in throw JobFailure(failure, "It is no film.") }
        let (ending, state) = try await ending(transcoding)
        #expect(ending.code == code)
        #expect(ending.message.message == "It is no film.")
        #expect(state.calls.compactMap(\.failure).map(\.code) == [failure])
    }

    @Test func whoIsStoppedGivesTheJobBack() async throws {
        let record = Watched(TranscoderState.idle)
        let (ending, state) = try await ending(
            .silent(record),
            while: { _, stop in
                try await record.when { $0 == .running ? () : nil }
                stop()
            }
        )
        #expect(ending.code == .stopped)
        #expect(state.calls.contains { $0.isRelease })
    }

    @Test func aServerThatIsAwayIsWaitedFor() async throws {
        let (ending, state) = try await ending(.quick) { state in
            let claims = Watched(0)
            state.fault = { call in
                guard call.isClaim,
                    claims.change({
                        $0 += 1
                        return $0
                    }) < 4
                else { return nil }
                return .status(503)
            }
        }
        #expect(ending.code == nil)
        #expect(state.calls.filter(\.isClaim).count == 4)
    }

    @Test func aJobThatIsNoMoreIsNotTriedByPodAfterPod() async throws {
        let (ending, _) = try await ending(.quick) { $0.fault = { $0.isClaim ? .status(410, code: "job_gone") : nil } }
        #expect(ending.code == .impossible)
        #expect(RunnerExitCode.impossible.isFinal)
    }

    @Test(arguments: [nil, "another token"]) func withoutItsTokenItSaysWhatIsWrong(token: String?) async throws {
        let (ending, state) = try await ending(.quick, token: token)
        #expect(ending.code == .unavailable)
        #expect(ending.message.message.hasPrefix("The server gave no job: "))
        #expect(state.calls.isEmpty)
    }
}
