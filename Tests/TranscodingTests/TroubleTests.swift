import Foundation
import Glibc
import Packaging
import Subprocess
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// What happens when the machine, not the file, is at fault. ffmpeg never outlives the call, nor does anything in the
/// scratch folder.
@Suite(.serialized, .timeLimit(.minutes(2))) struct TroubleTests {
    private struct Refused: Error, Equatable {}

    /// Runs a transcode that must throw, and checks that nothing of it is left.
    private func failing<Failure: Error>(
        _ type: Failure.Type,
        source: TestMedia = .long,
        tools: MediaTools? = nil,
        limits: TranscodeLimits = TranscodeLimits(),
        whenSegmentComes: @escaping @Sendable (FilePath) throws -> Void = { _ in }
    ) async throws -> Failure? {
        let file = try await source.file()
        let profile = TranscodeProfile(segmentSeconds: 1, gopSeconds: 1)
        return try await withTemporaryDirectory { directory in
            let sink = ClosureSink { path in
                if path.kind == .segment { try whenSegmentComes(directory) }
            }
            let error = await #expect(throws: type) {
                try await transcode(
                    file,
                    scratch: directory,
                    sink: sink,
                    profile: profile,
                    tools: tools,
                    limits: limits
                )
            }
            try expectNothingLeft(in: directory)
            return error
        }
    }

    @Test func aMissingProgramIsSaidToBeMissing() async throws {
        let tools = MediaTools(ffmpeg: "/nowhere/ffmpeg", ffprobe: try MediaTools.locate().ffprobe)
        #expect(try await failing(TranscodeError.self, tools: tools)?.code == .noEncoder)
        let error = #expect(throws: TranscodeError.self) { try MediaTools.locate(environment: ["PATH": "/nowhere"]) }
        #expect(error?.code == .noEncoder && error?.message.contains("ffmpeg is not installed") == true)
    }

    @Test func aKilledFFmpegMayBeTriedAgain() async throws {
        let error = try await failing(TranscodeError.self) { directory in
            for pid in try processes(naming: directory) { kill(pid, SIGKILL) }
        }
        #expect(error?.code == .internal && error?.code.isRetryable == true)
        #expect(error?.message.contains("signal 9") == true)
    }

    @Test func anFFmpegThatStandsStillIsGivenUp() async throws {
        var limits = TranscodeLimits()
        limits.stall = .seconds(1)
        let error = try await failing(TranscodeError.self, limits: limits) { directory in
            for pid in try processes(naming: directory) { kill(pid, SIGSTOP) }
        }
        #expect(error?.code == .timeout && error?.message.contains("no progress") == true)
    }

    @Test func aTranscodeThatTakesTooLongIsGivenUp() async throws {
        var limits = TranscodeLimits()
        limits.base = .zero
        limits.perSecondOfRung = .milliseconds(1)
        #expect(try await failing(TranscodeError.self, limits: limits)?.code == .timeout)
    }

    @Test func whatTheSinkThrowsIsThrown() async throws {
        #expect(try await failing(Refused.self) { _ in throw Refused() } == Refused())
    }

    @Test func cancellingEndsEverythingWithinASecond() async throws {
        let file = try await TestMedia.long.file()
        try await withTemporaryDirectory { directory in
            let (segments, signal) = AsyncStream.makeStream(of: Void.self)
            let sink = ClosureSink { path in
                if path.kind == .segment { signal.yield() }
            }
            let clock = ContinuousClock()
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let profile = TranscodeProfile(segmentSeconds: 1, gopSeconds: 1)
                    _ = try await transcode(file, scratch: directory, sink: sink, profile: profile)
                }
                for await _ in segments { break }
                let start = clock.now
                group.cancelAll()
                let outcome = await group.nextResult()
                #expect(throws: CancellationError.self) { try outcome?.get() }
                #expect(clock.now - start < .seconds(1))
            }
            try expectNothingLeft(in: directory)
        }
    }

    private func expectNothingLeft(in directory: FilePath) throws {
        let running = try processes(naming: directory)
        #expect(running.isEmpty)
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.string)
        #expect(files.isEmpty)
    }

    /// What the system does to our ends of the pipes when this process is killed.
    @Test func ffmpegEndsByItselfWhenNobodyReadsAnyMore() async throws {
        let file = try await TestMedia.long.file()
        try await withTemporaryDirectory { directory in
            let plan = try await MediaProbe(tools: MediaTools.locate()).probe(file).plan()
            let paths = plan.tracks.indices.map { directory.appending("\($0).mp4") }
            let pipes = try PipeSet(zip(plan.tracks, paths).map { ($0.id, $1) })
            let arguments = FFmpegArguments(plan: plan, source: file, outputs: paths, folder: directory).list
            async let outcome = ToolProcess(MediaTools.locate().ffmpeg, arguments).run()
            _ = try await pipes.next()
            await pipes.close()
            let status = try await outcome.status
            #expect(status.endsByItselfWithAnError)
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a small disk"))
    func aFullDiskIsCalledFull() async throws {
        let file = try await TestMedia.long.file()
        try await withTemporaryDirectory { directory in
            try await SmallDisk.with(bytes: 256 << 10, at: directory.appending("disk")) { disk in
                let error = await #expect(throws: TranscodeError.self) {
                    try await transcode(file, scratch: directory, sink: DirectorySink(folder: disk))
                }
                #expect(error?.code == .noSpace)
                let left = try FileManager.default.subpathsOfDirectory(atPath: disk.string)
                #expect(!left.contains { $0.hasSuffix(".tmp") || $0.hasSuffix("master.m3u8") })
            }
            #expect(try processes(naming: directory).isEmpty)
        }
    }
}

extension TerminationStatus {
    fileprivate var endsByItselfWithAnError: Bool {
        if case .exited(let code) = self { code != 0 } else { false }
    }
}
