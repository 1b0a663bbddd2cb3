import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import JobRunner

/// A runner that keeps what it makes until the end, and sends it in one piece.
@Suite(.timeLimit(.minutes(1)))
struct ArchiveDeliveryTests {
    @Test func allFilesAreSentAtOnceManifestsLast() async throws {
        let transcoding = ScriptedTranscoding { work in
            // A playlist is written anew with each segment, and a manifest comes when it likes.
            let (playlist, manifest) = (Fixture.files[3], Fixture.files[4])
            try await work.store(manifest.0, manifest.1)
            try await work.store(playlist.0, [1])
            for (path, content) in Fixture.files where path != manifest.0 { try await work.store(path, content) }
        }
        try await withRunner(transcoding) { _ in
        } configure: {
            $0.uploadMode = .archive
        } body: { running in
            let state = try await running.idle()
            let archives = state.calls.compactMap(\.archive)
            #expect(
                archives.map { $0.map(\.rawValue) } == [
                    [
                        "360p/init.mp4", "360p/segment_0.m4s", "360p/segment_1.m4s", "360p/stream.m3u8", "master.m3u8",
                        "manifest.mpd",
                    ]
                ]
            )
            #expect(state.stored == Dictionary(uniqueKeysWithValues: Fixture.files))
            #expect(state.calls.compactMap(\.put).isEmpty)
            #expect(state.calls.compactMap(\.completion).first?.files.map(\.path) == Fixture.files.map(\.0).sorted())
        }
    }

    @Test func whatTheServerHasIsNotSentAgain() async throws {
        let (there, other) = (Fixture.files[1], Fixture.files[2])
        try await withRunner(.quick) { state in
            state.stored = [there.0: there.1, other.0: [1, 2, 3]]
        } configure: {
            $0.uploadMode = .archive
        } body: { running in
            let state = try await running.idle()
            let sent = try #require(state.calls.compactMap(\.archive).first)
            #expect(!sent.contains(there.0) && sent.contains(other.0))
            #expect(state.stored == Dictionary(uniqueKeysWithValues: Fixture.files))
            #expect(state.calls.compactMap(\.completion).first?.files.count == Fixture.files.count)
        }
    }

    /// However small the steps are, as long as there are some: patience counts from the last file that arrived.
    @Test func anArchiveThatBreaksOffIsFollowedByOneOfTheRest() async throws {
        try await withRunner(.quick) { state in
            state.fault = { ($0.archive?.count ?? 0) > 1 ? .partial(files: 1) : nil }
        } configure: {
            $0.uploadMode = .archive
            $0.retry.patience = .zero
        } body: { running in
            let state = try await running.idle()
            #expect(state.calls.compactMap(\.archive).map(\.count) == [6, 5, 4, 3, 2, 1])
            #expect(state.stored == Dictionary(uniqueKeysWithValues: Fixture.files))
            #expect(state.calls.compactMap(\.completion).count == 1)
        }
    }

    @Test func anArchiveWhoseAnswerWasLostIsNotSentAgain() async throws {
        try await withRunner(.quick) { state in
            state.fault = { $0.archive != nil ? .cut(after: 0) : nil }
        } configure: {
            $0.uploadMode = .archive
        } body: { running in
            let state = try await running.idle()
            #expect(state.calls.compactMap(\.archive).count == 1)
            #expect(state.calls.compactMap(\.completion).count == 1)
        }
    }

    @Test func aServerThatTakesNothingFailsTheJobWhenPatienceEnds() async throws {
        try await withRunner(.quick) { state in
            state.fault = { $0.archive != nil ? .status(503) : nil }
        } configure: {
            $0.uploadMode = .archive
            $0.retry.patience = .milliseconds(300)
        } body: { running in
            let state = try await running.idle()
            #expect(state.calls.compactMap(\.archive).count > 1)
            #expect(state.calls.compactMap(\.failure).first?.code == .internal)
            #expect(state.calls.compactMap(\.completion).isEmpty)
        }
    }

    @Test(arguments: [(409, "lease_lost"), (410, "job_gone")])
    func nothingMoreIsSentWhenTheJobIsSomebodyElses(status: Int, code: String) async throws {
        try await withRunner(.quick) { state in
            state.fault = { $0.archive != nil ? .status(status, code: code) : nil }
        } configure: {
            $0.uploadMode = .archive
        } body: { running in
            let state = try await running.idle()
            let afterwards = state.calls.drop { $0.archive == nil }.dropFirst().filter(\.isAboutJob)
            #expect(afterwards.isEmpty)
        }
    }

    @Test func theCheckpointIsKeptWhenItsFilesAreAboutToBeSent() async throws {
        let segment = Fixture.files[1]
        let checkpoint = TranscodeCheckpoint(
            plan: "p",
            tracks: [
                .init(
                    folder: "360p",
                    initialization: Data(Fixture.files[0].1),
                    segments: [.init(bytes: 200_000, keyFrames: [0, 9])]
                )
            ]
        )
        let transcoding = ScriptedTranscoding { work in
            for (path, content) in Fixture.files { try await work.store(path, content) }
            try await work.keep(checkpoint)
        }
        try await withRunner(transcoding) { _ in
        } configure: {
            $0.uploadMode = .archive
        } body: { running in
            let state = try await running.idle()
            let kept = try #require(state.calls.firstIndex { if case .keep = $0 { true } else { false } })
            let sent = try #require(state.calls.firstIndex { $0.archive != nil })
            #expect(kept < sent)
            let digest = ContentDigest(of: segment.1).hexadecimal
            #expect(state.checkpoint?.tracks.first?.segments.map(\.sha256) == [digest])
        }
    }

    @Test(.enabled(if: getuid() == 0))
    func aScratchDiskWithoutRoomForTheResultIsTold() async throws {
        try await withTemporaryDirectory { folder in
            let isMounted = folder.withPlatformString { mount("tmpfs", $0, "tmpfs", 0, "size=6m") } == 0
            try #require(isMounted)
            defer { _ = folder.withPlatformString { umount2($0, Int32(MNT_DETACH)) } }
            let transcoding = ScriptedTranscoding { work in
                for number in 0..<4 {
                    try await work.store(
                        Fixture.path("360p/segment_\(number).m4s"),
                        [UInt8](repeating: 1, count: 1 << 20)
                    )
                }
            }
            try await withRunner(transcoding, scratch: folder.appending("scratch")) { _ in
            } configure: {
                $0.uploadMode = .archive
                $0.scratchReserve = 1 << 20
            } body: { running in
                let state = try await running.idle()
                #expect(state.calls.compactMap(\.failure).first?.code == .noSpace)
                #expect(state.calls.compactMap(\.archive).isEmpty)
            }
        }
    }
}
