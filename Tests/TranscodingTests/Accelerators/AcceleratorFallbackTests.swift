import Foundation
import Logging
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// A card that fails does not fail the video.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AcceleratorFallbackTests {
    private static let report = EncoderReport(
        findings: EncoderReport.cpu.findings
            + [VideoCodec.h264, .hevc].map {
                EncoderFinding(accelerator: .nvidia, codec: $0, outcome: .works(.full), holdsTenBits: false)
            }
    )

    private func transcoded(
        _ source: TestMedia = .silent,
        script: String,
        qualities: [Int] = [180],
        sessionLimit: Int? = nil,
        _ check: (Transcoded) async throws -> Void
    ) async throws {
        let file = try await source.file()
        try await FakeFFmpeg.with(script + "\nexec \"$REAL\" \"$@\"") { tools in
            try await withTemporaryDirectory { directory in
                let choice = try AcceleratorChoice(
                    .nvidia,
                    report: AcceleratorFallbackTests.report,
                    sessionLimit: sessionLimit
                )
                var limits = TranscodeLimits()
                limits.stall = .seconds(5)
                let transcoder = Transcoder(
                    tools: tools,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                    threads: 2,
                    limits: limits,
                    accelerator: choice
                )
                let folder = directory.appending("out")
                let result = try await transcoder.run(
                    source: file,
                    profile: TranscodeProfile(qualities: qualities.map(Quality.init(lines:))),
                    scratch: directory,
                    sink: DirectorySink(folder: folder)
                ) { _ in }
                // Whatever was taken was given back.
                #expect(choice.sessions.take(sessionLimit ?? 0))
                try await check(Transcoded(result: result, folder: folder))
            }
        }
    }

    private func expectWholeFromCPU(_ video: Transcoded) async throws {
        #expect(video.result.encoder == "libx264")
        let track = try await video.track("180p")
        #expect(track.codec == "h264" && track.frames == "50")
        #expect(video.result.hasThumbnail)
    }

    @Test(arguments: [
        "[h264_nvenc @ 0x1] [error] OpenEncodeSessionEx failed: out of memory (10): (no details)",
        "[h264_nvenc @ 0x1] [error] Cannot load libcuda.so.1", "[error] CUDA_ERROR_LAUNCH_FAILED",
        "[error] something that no table knows",
    ])
    func theCPUStartsOver(message: String) async throws {
        let script = """
            case "$*" in *_nvenc*) echo '\(message)' >&2; exit 1;; esac
            """
        try await transcoded(script: script, expectWholeFromCPU)
    }

    @Test func aCrashOfTheDriverIsTheCards() async throws {
        try await transcoded(script: "case \"$*\" in *_nvenc*) kill -SEGV $$;; esac", expectWholeFromCPU)
    }

    @Test func aCardThatHangsIsGivenUp() async throws {
        try await transcoded(script: "case \"$*\" in *_nvenc*) exec sleep 60;; esac", expectWholeFromCPU)
    }

    /// The first encoder writes half of it, as one that works until the card is lost.
    @Test func halfAVideoOfTheCardsIsReplaced() async throws {
        let script = """
            case "$*" in *_nvenc*)
                echo nvenc >> "$0.log"
                for last; do :; done
                "$REAL" -v error -y -f lavfi -i testsrc2=s=320x180:r=25:d=1 -c:v libx264 -preset ultrafast -g 50 \
                    -movflags +frag_keyframe+empty_moov+default_base_moof -f mp4 "$(dirname "$0")/x.mp4"
                for word; do case "$word" in file:*track-0.mp4) cat "$(dirname "$0")/x.mp4" > "${word#file:}";; esac; done
                echo '[error] cu->cuCtxSynchronize() failed -> CUDA_ERROR_ILLEGAL_ADDRESS' >&2; exit 1;;
            esac
            """
        try await transcoded(script: script, expectWholeFromCPU)
    }

    @Test func moreQualitiesThanSessionsAreNotTriedOnTheCard() async throws {
        let script = "case \"$*\" in *nvenc*) kill -KILL $$;; esac"
        try await transcoded(.plain, script: script, qualities: [360, 180], sessionLimit: 1) { video in
            #expect(video.result.encoder == "libx264")
        }
    }

    @Test func aFaultOfTheSourceIsNotBlamedOnTheCard() throws {
        let plan = try TranscodePlan(
            source: .probed(640, 360),
            profile: TranscodeProfile(),
            threads: 2,
            acceleration: Acceleration(.nvidia)
        )
        let cutOff = TranscodeError(.badInput, "cut off", cause: SourceError.cutOff(at: 1, of: 9))
        #expect(Transcoder.cardFault(cutOff, plan) == nil)
        #expect(Transcoder.cardFault(TranscodeError(.noSpace, "full"), plan) == nil)
        #expect(Transcoder.cardFault(CancellationError(), plan) == nil)
    }
}
