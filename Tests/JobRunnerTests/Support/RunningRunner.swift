import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import ServiceLifecycleTestKit
import SystemPackage
import Testing
import VLogCore

@testable import JobRunner

/// A runner at work against a fake server, as a test sees it.
struct RunningRunner: Sendable {
    let server: FakeWorkerAPI
    let runner: PullRunner
    let log: LogRecord
    let stop: @Sendable () -> Void
    fileprivate let hasEnded: Watched<Bool>

    /// Waits until the runner has returned by itself.
    func ended() async throws { try await hasEnded.when { $0 ? () : nil } }

    /// Waits until the calls that the server got are as wanted.
    func calls(until isEnough: @escaping @Sendable ([Call]) -> Bool) async throws -> [Call] {
        try await server.state.when { isEnough($0.calls) ? $0.calls : nil }
    }

    /// Waits until the runner asks for another job, which it does when it is done with the first one.
    func idle() async throws -> FakeWorkerAPI.State {
        try await server.state.when { $0.calls.filter(\.isClaim).count > 1 ? $0 : nil }
    }
}

/// Runs a runner with this transcoder while `body` looks on, then stops it. At the end nothing may be left on its disk.
func withRunner(
    _ transcoding: any JobTranscoding,
    job: ClaimedJob? = Fixture.job(),
    leftovers: [String] = [],
    preflight: (any Preflight)? = nil,
    scratch: FilePath = FilePath(NSTemporaryDirectory()).appending("vlog-runner-\(UUID().uuidString)"),
    setUp: @escaping @Sendable (inout FakeWorkerAPI.State) -> Void = { _ in },
    configure: @escaping @Sendable (inout RunnerConfiguration) -> Void = { _ in },
    body: @escaping @Sendable (RunningRunner) async throws -> Void
) async throws {
    defer { try? FileManager.default.removeItem(atPath: scratch.string) }
    for name in leftovers {
        let folder = scratch.appending(name).string
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    let server = FakeWorkerAPI()
    server.state.change { state in
        state.waiting = job.map { [$0] } ?? []
        state.source = Fixture.source
        setUp(&state)
    }
    let log = LogRecord()
    try await withServer(server) { port in
        guard let url = URL(string: "http://127.0.0.1:\(port)") else { return }
        var configuration = RunnerConfiguration(
            server: url,
            apiKey: FakeWorkerAPI.apiKey,
            name: "test",
            scratch: scratch
        )
        configuration.retry.first = .milliseconds(20)
        configuration.retry.ceiling = .milliseconds(100)
        configuration.shortestPoll = .milliseconds(50)
        configure(&configuration)
        let runner = PullRunner(
            configuration: configuration,
            preflight: preflight ?? Proven(transcoding),
            logger: log.logger
        )
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let hasEnded = Watched(false)
                group.addTask {
                    try await runner.run()
                    hasEnded.change { $0 = true }
                }
                let stop: @Sendable () -> Void = { trigger.triggerGracefulShutdown() }
                let running = RunningRunner(server: server, runner: runner, log: log, stop: stop, hasEnded: hasEnded)
                try await body(running)
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.string) == [".lock"])
}

func withServer(_ server: FakeWorkerAPI, body: @escaping (Int) async throws -> Void) async throws {
    let (ports, announce) = AsyncStream<Int>.makeStream()
    let app = Application(
        router: server.router(),
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in
            announce.yield(channel.localAddress?.port ?? 0)
            announce.finish()
        },
        logger: Logger(label: "fake") { _ in SwiftLogNoOpLogHandler() }
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await app.run() }
        for await port in ports { try await body(port) }
        server.state.change { $0.isStopping = true }
        group.cancelAll()
    }
}

/// A machine that needs no proof.
private struct Proven: Preflight {
    let transcoding: any JobTranscoding

    init(_ transcoding: any JobTranscoding) { self.transcoding = transcoding }

    func check() async throws -> Fitness { .able(RunnerSkills(), transcoding) }
}
