import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycleTestKit
import Synchronization
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import JobRunner

/// `vlog runner job`: what is left in the folder, and what Kubernetes is told.
@Suite(.timeLimit(.minutes(2))) struct VolumeJobTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let playlists = ["master.m3u8", "manifest.mpd"].compactMap(OutputPath.init(rawValue:))
    private static let segment = OutputPath(rawValue: "360p/segment_0.m4s")
    private static let initialization = OutputPath(rawValue: "360p/init.mp4")

    /// Runs a job in a new folder with a readable source; `body` gets the runner's ending and the folder.
    private func withJob(
        _ transcoding: any JobTranscoding,
        source: VolumeJob.Source? = nil,
        id: String = "job-1",
        prepare: (FilePath) throws -> Void = { _ in },
        body: (RunnerEnding?, FilePath) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder in
            try Data("source".utf8).write(to: URL(filePath: folder.appending("source.mp4").string))
            try prepare(folder)
            try await body(await run(transcoding, source: source, id: id, in: folder), folder.appending("out"))
        }
    }

    private func run(
        _ transcoding: any JobTranscoding,
        source: VolumeJob.Source? = nil,
        id: String = "job-1",
        in folder: FilePath
    ) async -> RunnerEnding? {
        let job = VolumeJob(
            id: id,
            source: source ?? .file(folder.appending("source.mp4")),
            output: folder.appending("out"),
            profile: TranscodeProfile()
        )
        let runner = VolumeJobRunner(
            job: job,
            scratch: folder.appending("scratch"),
            transcoding: transcoding,
            logger: Self.quiet
        )
        await runner.run()
        return runner.ending
    }

    private func names(_ folder: FilePath) -> Set<String> {
        Set((try? FileManager.default.subpathsOfDirectory(atPath: folder.string)) ?? [])
    }

    private var whole: ScriptedTranscoding {
        ScriptedTranscoding { work in
            for path in Self.playlists { try await work.store(path, Array("playlist".utf8)) }
            if let segment = Self.segment { try await work.store(segment, [1, 2, 3]) }
        }
    }

    @Test func aVideoThatIsReadyHasItsManifestsAndNothingOfOurs() async throws {
        try await withJob(whole) { ending, folder in
            #expect(ending?.code == nil)
            #expect(
                names(folder) == [".vlog-job", "360p", "360p/segment_0.m4s", "master.m3u8", "manifest.mpd"]
            )
        }
    }

    @Test func noManifestIsThereBeforeTheEnd() async throws {
        let transcoding = ScriptedTranscoding { work in
            for path in Self.playlists { try await work.store(path, [1]) }
            throw JobFailure(.internal, "ffmpeg crashed")
        }
        try await withJob(transcoding) { ending, folder in
            #expect(ending?.code == .failed)
            #expect(ending?.message.message == "ffmpeg crashed")
            #expect(names(folder) == [".vlog-job"])
        }
    }

    @Test(arguments: [
        (FailureCode.badInput, RunnerExitCode.badInput), (.noEncoder, .impossible), (.noSpace, .noSpace),
        (.timeout, .failed), (.internal, .failed),
    ])
    func aFailureHasItsExitCode(code: FailureCode, exit: RunnerExitCode) async throws {
        let transcoding = ScriptedTranscoding { _ in throw JobFailure(code, "Why.") }
        try await withJob(transcoding) { ending, _ in #expect(ending == RunnerEnding(exit, "Why.")) }
    }

    @Test func aSourceThatIsNotThereIsFinal() async throws {
        try await withJob(whole, source: .file("/nowhere/film.mp4")) { ending, _ in
            #expect(ending?.code == .sourceMissing)
            #expect(ending?.message.message.contains("/nowhere/film.mp4") == true)
        }
    }

    @Test func aFolderThatHoldsSomethingElseIsNotTouched() async throws {
        try await withJob(whole) { folder in
            try FileManager.default.createDirectory(
                atPath: folder.appending("out").string,
                withIntermediateDirectories: true
            )
            try Data().write(to: URL(filePath: folder.appending("out/mine.txt").string))
        } body: { ending, folder in
            #expect(ending?.code == .impossible)
            #expect(names(folder) == ["mine.txt"])
        }
    }

    @Test func anotherJobsFolderIsNotTouched() async throws {
        try await withJob(whole, id: "first") { _, folder in
            let ending = await run(whole, id: "second", in: folder.removingLastComponent())
            #expect(ending?.code == .impossible)
            let again = await run(
                ScriptedTranscoding { _ in throw CancellationError() },
                id: "first",
                in: folder.removingLastComponent()
            )
            #expect(again?.code == nil)
        }
    }

    /// The next attempt gets what the one before kept, as far as its files are whole.
    @Test func theNextAttemptGoesOnFromTheCheckpoint() async throws {
        let segments = (0..<3).compactMap { OutputPath(rawValue: "360p/segment_\($0).m4s") }
        let initialization = try #require(Self.initialization)
        let first = ScriptedTranscoding { work in
            try await work.store(initialization, [9])
            for segment in segments { try await work.store(segment, Array(segment.rawValue.utf8)) }
            try await work.keep(
                TranscodeCheckpoint(
                    plan: "p",
                    tracks: [
                        TranscodeCheckpoint.Track(
                            folder: "360p",
                            initialization: Data([9]),
                            segments: segments.map { _ in TranscodeCheckpoint.Segment(bytes: 18, keyFrames: [0, 1]) }
                        )
                    ]
                )
            )
            throw CancellationError()
        }
        try await withJob(first) { ending, folder in
            #expect(ending?.code == .stopped)
            // As after the loss of a node: named, but never written.
            try Data().write(to: URL(filePath: folder.appending("360p/segment_2.m4s").string))
            let resumed = Mutex<TranscodeCheckpoint?>(nil)
            let second = ScriptedTranscoding { work in resumed.withLock { $0 = work.resume } }
            _ = await run(second, in: folder.removingLastComponent())
            #expect(resumed.withLock { $0 }?.tracks.first?.segments.count == 2)
        }
    }

    @Test func askedToStopItStopsAndSaysThatItCanGoOn() async throws {
        try await withTemporaryDirectory { folder in
            try Data("source".utf8).write(to: URL(filePath: folder.appending("source.mp4").string))
            let record = Watched(TranscoderState.idle)
            let runner = VolumeJobRunner(
                job: VolumeJob(
                    id: "job",
                    source: .file(folder.appending("source.mp4")),
                    output: folder.appending("out"),
                    profile: TranscodeProfile()
                ),
                scratch: folder.appending("scratch"),
                transcoding: .silent(record),
                logger: Self.quiet
            )
            try await testGracefulShutdown { trigger in
                async let ended: Void = runner.run()
                try await record.when { $0 == .running ? () : nil }
                trigger.triggerGracefulShutdown()
                await ended
            }
            #expect(runner.ending?.code == .stopped)
            #expect(record.current == .stopped)
        }
    }

    // MARK: Addresses

    private func withSite(_ body: @escaping (String) async throws -> Void) async throws {
        let router = Router()
        router.get("film.mp4") { _, _ in "source" }
        router.get("moved.mp4") { _, _ in Response.redirect(to: "/film.mp4") }
        router.get("busy.mp4") { _, _ in Response(status: .serviceUnavailable) }
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let app = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                announce.yield(channel.localAddress?.port ?? 0)
                announce.finish()
            },
            logger: Self.quiet
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            for await port in ports { try await body("http://127.0.0.1:\(port)") }
            group.cancelAll()
        }
    }

    @Test(arguments: ["film.mp4", "moved.mp4"]) func anAddressIsDownloadedFirst(name: String) async throws {
        try await withSite { site in
            let source = Mutex<Data?>(nil)
            let transcoding = ScriptedTranscoding { work in
                let content = try Data(contentsOf: URL(filePath: work.source.string))
                source.withLock { $0 = content }
            }
            try await withJob(transcoding, source: .url("\(site)/\(name)", isPrivateAllowed: true)) { ending, _ in
                #expect(ending?.code == nil)
                #expect(source.withLock { $0 } == Data("source".utf8))
            }
        }
    }

    @Test func aPrivateAddressIsRefusedUnlessItIsAllowed() async throws {
        try await withSite { site in
            try await withJob(whole, source: .url("\(site)/film.mp4", isPrivateAllowed: false)) { ending, _ in
                #expect(ending?.code == .impossible)
            }
        }
    }

    @Test func whatIsNotThereIsFinal() async throws {
        try await withSite { site in
            try await withJob(whole, source: .url("\(site)/other.mp4", isPrivateAllowed: true)) { ending, _ in
                #expect(ending == RunnerEnding(.sourceMissing, "The source's server answered 404."))
            }
        }
    }

    @Test func aServerInTroubleIsAskedAgainAndThenLeftForLater() async throws {
        try await withSite { site in
            try await withTemporaryDirectory { folder in
                var retry = RetryPolicy()
                retry.first = .milliseconds(1)
                let fetch = SourceFetch(url: "\(site)/busy.mp4", isPrivateAllowed: true, retry: retry)
                let ending = await #expect(throws: RunnerEnding.self) {
                    try await fetch.run(to: folder.appending("source"))
                }
                #expect(ending?.code == .unavailable)
            }
        }
    }
}
