import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// A run that is interrupted, and the one that goes on from what it left.
@Suite(.serialized) struct ResumeTests {
    private static let profile = TranscodeProfile(
        qualities: [180, 90].map(Quality.init(lines:)),
        sprites: SpriteLayout(interval: 3),
        segmentSeconds: 1,
        gopSeconds: 0.5
    )

    /// The numbers are of files that the first run may store, of 70 or so, but not before there is something to go on
    /// from.
    @Test(arguments: [6, 11, 17, 23, 29, 34, 40, 45, 51, 57])
    func whatAnInterruptedRunLeftIsNotMadeAgain(files: Int) async throws {
        try await withTemporaryDirectory { directory in
            let source = try await TestMedia.noisy.file()
            let folder = directory.appending("out")
            let first = InterruptedSink(store: DirectorySink(folder: folder), after: files)
            await #expect(throws: Interrupted.self) {
                _ = try await run(source, directory, first, resume: nil)
            }
            let checkpoint = first.checkpoint?.keeping { path, _ in
                FileManager.default.fileExists(atPath: folder.appending(path).string)
            }
            let second = InterruptedSink(store: DirectorySink(folder: folder), after: .max)
            let result = try await run(source, directory, second, resume: checkpoint)

            let known = Set(
                (checkpoint?.tracks ?? []).flatMap { track in
                    track.segments.indices.map { "\(track.folder)/segment_\($0).m4s" }
                }
            )
            #expect(!known.isEmpty)
            #expect(second.stored.filter { known.contains($0.rawValue) }.isEmpty)
            let video = Transcoded(result: result, folder: folder)
            let whole = try await Self.uninterrupted()
            for name in ["180p", "90p", "audio"] {
                let playlist = try video.text("\(name)/stream.m3u8")
                #expect(playlist == whole.playlists[name])
                let track = try await video.track(name)
                #expect(track.frames == whole.frames[name])
            }
            #expect(result.files == whole.files)
            let starts = try video.decodeTimes("180p")
            #expect(starts == starts.sorted() && starts.first == 0)
        }
    }

    /// One rung has all of its segments already, the other lacks the last.
    @Test func aRungThatIsCompleteIsOnlyListed() async throws {
        try await withTemporaryDirectory { directory in
            let source = try await TestMedia.noisy.file()
            let folder = directory.appending("out")
            let first = InterruptedSink(store: DirectorySink(folder: folder), after: .max)
            _ = try await run(source, directory, first, resume: nil)
            var checkpoint = try #require(first.checkpoint)
            let lower = try #require(checkpoint.tracks.firstIndex { $0.folder == "90p" })
            checkpoint.tracks[lower].segments.removeLast()
            let second = InterruptedSink(store: DirectorySink(folder: folder), after: .max)
            let result = try await run(source, directory, second, resume: checkpoint)
            // The last checkpoint is kept before or after the last segment, as it happens.
            let isComplete = checkpoint.tracks.contains { $0.folder == "180p" && $0.segments.count == 12 }
            #expect(second.stored.contains { $0.rawValue.hasPrefix("180p/segment_") } != isComplete)
            let video = Transcoded(result: result, folder: folder)
            let whole = try await Self.uninterrupted()
            for name in ["180p", "90p"] {
                let playlist = try video.text("\(name)/stream.m3u8")
                #expect(playlist == whole.playlists[name])
            }
            #expect(result.files == whole.files)
        }
    }

    @Test func aCheckpointOfAnotherPlanIsNotUsed() async throws {
        try await withTemporaryDirectory { directory in
            let sink = ClosureSink()
            let other = TranscodeCheckpoint(
                plan: "something else",
                tracks: [
                    .init(folder: "180p", initialization: Data([1]), segments: [.init(bytes: 9, keyFrames: [0, 5])])
                ]
            )
            _ = try await transcode(TestMedia.silent.file(), scratch: directory, sink: sink, resume: other)
            #expect(sink.paths.contains { $0.rawValue == "180p/segment_0.m4s" })
        }
    }

    @Test func onlyTheNumberOfThreadsMayDiffer() throws {
        let source = try ProbedSource.probed(640, 360)
        let fingerprint = try source.plan(threads: 2).fingerprint(toolVersion: "5.1")
        #expect(try source.plan(threads: 16).fingerprint(toolVersion: "5.1") == fingerprint)
        #expect(try source.plan(threads: 2).fingerprint(toolVersion: "9.0") != fingerprint)
        let thorough = try source.plan(TranscodeProfile(effort: .thorough)).fingerprint(toolVersion: "5.1")
        #expect(thorough != fingerprint)
    }

    @Test func anInitThatDoesNotFitBeginsAnew() async throws {
        try await withTemporaryDirectory { directory in
            let source = try await TestMedia.noisy.file()
            let first = InterruptedSink(store: DirectorySink(folder: directory.appending("out")), after: 45)
            await #expect(throws: Interrupted.self) {
                _ = try await run(source, directory, first, resume: nil)
            }
            var checkpoint = try #require(first.checkpoint)
            checkpoint.tracks[0].initialization.append(0)
            let second = InterruptedSink(store: DirectorySink(folder: directory.appending("out")), after: .max)
            _ = try await run(source, directory, second, resume: checkpoint)
            #expect(second.stored.contains { $0.rawValue == "180p/segment_0.m4s" })
        }
    }

    private func run(
        _ source: FilePath,
        _ directory: FilePath,
        _ sink: InterruptedSink,
        resume: TranscodeCheckpoint?
    ) async throws -> TranscodeResult {
        var limits = TranscodeLimits()
        limits.checkpointEvery = .zero
        return try await transcode(
            source,
            scratch: directory,
            sink: sink,
            profile: Self.profile,
            limits: limits,
            resume: resume
        )
    }

    private struct Whole: Sendable {
        var playlists: [String: String] = [:]
        var frames: [String: String?] = [:]
        var files: [OutputPath] = []
    }

    private static let whole = Mutex<Whole?>(nil)

    /// What a run from start to end makes; run once.
    private static func uninterrupted() async throws -> Whole {
        if let known = whole.withLock({ $0 }) { return known }
        var made = Whole()
        try await withTranscoded(TestMedia.noisy.file(), profile: profile) { video in
            for name in ["180p", "90p", "audio"] {
                made.playlists[name] = try video.text("\(name)/stream.m3u8")
                made.frames[name] = try await video.track(name).frames
            }
            made.files = video.result.files
        }
        whole.withLock { [made] in $0 = made }
        return made
    }
}

private struct Interrupted: Error {}

/// Stores so many files and then breaks, as a runner that is killed.
private final class InterruptedSink: OutputSink {
    private struct State {
        var stored: [OutputPath] = []
        var checkpoint: TranscodeCheckpoint?
    }

    private let store: DirectorySink
    private let limit: Int
    private let state = Mutex(State())

    init(store: DirectorySink, after limit: Int) {
        self.store = store
        self.limit = limit
    }

    var stored: [OutputPath] { state.withLock { $0.stored } }
    var checkpoint: TranscodeCheckpoint? { state.withLock { $0.checkpoint } }

    /// Of each rung a segment that is stored.
    private var hasSomethingToGoOnFrom: Bool {
        let (checkpoint, stored) = state.withLock { ($0.checkpoint, Set($0.stored.map(\.rawValue))) }
        return checkpoint?.keeping { path, _ in stored.contains(path) }.tracks.count == 2
    }

    func put(_ path: OutputPath, _ bytes: [UInt8]) async throws {
        guard stored.count < limit || !hasSomethingToGoOnFrom else { throw Interrupted() }
        try await store.put(path, bytes)
        state.withLock { $0.stored.append(path) }
    }

    func keep(_ checkpoint: TranscodeCheckpoint) async throws { state.withLock { $0.checkpoint = checkpoint } }
}

extension Transcoded {
    /// The decode times of all fragments of a rung, in ticks.
    fileprivate func decodeTimes(_ name: String) throws -> [UInt64] {
        let segments = result.files.filter { $0.rawValue.hasPrefix("\(name)/") && $0.kind == .segment }.count
        return try (0..<segments).flatMap { number -> [UInt64] in
            let bytes = [UInt8](
                try Data(contentsOf: URL(filePath: folder.appending("\(name)/segment_\(number).m4s").string))
            )
            // tfdt of version 1: type, version and flags, then 64 bits.
            return bytes.indices.dropLast(16).filter { bytes[$0...].starts(with: Array("tfdt".utf8)) }.map { index in
                bytes[(index + 8)..<(index + 16)].reduce(0) { $0 << 8 | UInt64($1) }
            }
        }
    }
}
