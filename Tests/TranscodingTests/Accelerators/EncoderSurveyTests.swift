import Foundation
import Logging
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// What is made of what ffmpeg says when it is asked to encode on a card.
@Suite struct EncoderSurveyTests {
    private func survey(_ message: String, _ accelerator: Accelerator = .nvidia) async throws -> [EncoderFinding] {
        try await FakeFFmpeg.with(FakeFFmpeg.failing(message)) { tools in
            try await EncoderSurvey(tools: tools).run([accelerator]).findings
        }
    }

    @Test(
        arguments: [
            ("Cannot load libcuda.so.1", AcceleratorFault.Kind.deviceMissing),
            ("Device creation failed: -1.", .deviceMissing),
            ("Cannot load libnvidia-encode.so.1", .deviceMissing),
            ("No VA display found for device /dev/dri/renderD128.", .deviceMissing),
            ("Error initializing an internal MFX session: unsupported (-3)", .deviceMissing),
            ("Error creating a MFX session: -9.", .deviceMissing),
            ("Unknown encoder av1_nvenc", .notInBuild),
            ("Driver does not support the required nvenc API version. Required: 12.1 Found: 11.0", .driver),
            ("No capable devices found", .unsupported),
            ("B frames as references are not supported", .unsupported),
            ("Max B-frames 3 exceed 0", .unsupported),
            ("Driver does not support QVBR RC mode.", .unsupported),
            ("No usable encoding entrypoint found for profile VAProfileH264High", .unsupported),
            ("OpenEncodeSessionEx failed: out of memory (10): (no details)", .exhausted),
            ("OpenEncodeSessionEx failed: incompatible client key (21)", .exhausted),
            ("OpenEncodeSessionEx failed: unsupported device (2)", .unsupported),
            ("cu->cuCtxCreate(&ctx) failed -> CUDA_ERROR_OUT_OF_MEMORY: out of memory", .exhausted),
            ("cu->cuCtxSynchronize() failed -> CUDA_ERROR_LAUNCH_FAILED", .lost),
            ("cu->cuInit(0) failed -> CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected", .deviceMissing),
            ("Error during encoding: device failed (-17)", .lost),
            ("Conversion failed!", nil), ("moov atom not found", nil),
        ] as [(String, AcceleratorFault.Kind?)]
    )
    func everyMessageHasAKind(message: String, kind: AcceleratorFault.Kind?) {
        let log = "[h264_nvenc @ 0x55d65f408680] [error] \(message)\n[fatal] Error while opening encoder\n"
        let fault = AcceleratorFault(log: log)
        #expect(fault?.kind == kind)
        if let fault { #expect(fault.line == message && !fault.remedy.isEmpty) }
    }

    @Test(arguments: AcceleratorFault.signs.map(\.text))
    func everySignOfTheTableIsToldWithItsLineAndARemedy(text: String) async throws {
        let findings = try await survey(text)
        #expect(findings.count == 3 && !findings.contains(where: \.works))
        let sign = try #require(AcceleratorFault.signs.first { text.contains($0.text) })
        for finding in findings {
            switch finding.outcome {
            case .works: Issue.record("\(text) works")
            case .notInBuild: #expect(sign.kind == .notInBuild)
            case .deviceMissing(let message, let remedy):
                #expect(sign.kind == .deviceMissing && message.contains(text) && !remedy.isEmpty)
            case .failed(let message, let remedy):
                #expect(![.deviceMissing, .notInBuild].contains(sign.kind))
                #expect(message.contains(text) && !remedy.isEmpty)
            }
        }
    }

    @Test func toneMappingIsProvenByDoingIt() async throws {
        let whole = EncoderSurvey(tools: try MediaTools.locate())
        #expect(try await whole.run([]).mapsTones)
        let without = """
            case "$*" in
            *zscale*) echo "[AVFilterGraph @ 0x55] No such filter: 'zscale'" >&2; exit 1;;
            *) exec "$REAL" "$@";;
            esac
            """
        try await FakeFFmpeg.with(without) { tools in
            let report = try await EncoderSurvey(tools: tools).run([])
            #expect(!report.mapsTones)
            // Sizes are then made by ffmpeg's own scaler.
            try await withTemporaryDirectory { directory in
                let transcoder = Transcoder(
                    tools: tools,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                    threads: 2,
                    accelerator: AcceleratorChoice(report: report)
                )
                let folder = directory.appending("out")
                let result = try await transcoder.run(
                    source: TestMedia.plain.file(),
                    profile: TranscodeProfile(qualities: [Quality(lines: 360), Quality(lines: 180)]),
                    scratch: directory,
                    sink: DirectorySink(folder: folder)
                ) { _ in }
                #expect(try await Transcoded(result: result, folder: folder).track("180p").height == 180)
            }
        }
    }

    @Test(arguments: [(1 << 30, 1080), (2 << 30, 1440), (3 << 30, 2160), (8 << 30, nil)] as [(Int64, Int?)])
    func littleMemoryTakesSmallSources(bytes: Int64, lines: Int?) {
        #expect(MemoryShare.largestSource(in: bytes) == lines)
    }

    @Test func aControlGroupsLimitIsRead() {
        #expect(MemoryShare.allowance("2147483648\n") == 2 << 30)
        #expect(MemoryShare.allowance("max\n") == nil)
    }

    @Test func aMissingCardIsLookedForOnce() async throws {
        try await FakeFFmpeg.with(FakeFFmpeg.failing("Cannot load libcuda.so.1")) { tools in
            _ = try await EncoderSurvey(tools: tools).run([.nvidia])
            #expect(FakeFFmpeg.runs(tools) == 1)
        }
    }

    @Test func whatAnOldCardRefusesIsLeftOut() async throws {
        let script = """
            case "$*" in *_nvenc*"-bf 3"*) echo '[error] B frames as references are not supported' >&2; exit 1;;
            *_nvenc*) exit 0;; esac
            """
        try await FakeFFmpeg.with(script + "\n" + FakeFFmpeg.failing("")) { tools in
            let report = try await EncoderSurvey(tools: tools).run([.nvidia])
            #expect(report.findings.map(\.outcome) == Array(repeating: .works(.plain), count: 3))
            #expect(report.best == .nvidia && report.acceleration(.nvidia).variants[.hevc] == .plain)
        }
    }

    @Test func arcIsAskedForItsFixedFunctionEncoder() async throws {
        let script = """
            case "$*" in *"-low_power 1"*) exit 0;; esac
            """
        let message = "No usable encoding entrypoint found for profile VAProfileH264High (7)."
        try await FakeFFmpeg.with(script + "\n" + FakeFFmpeg.failing(message)) { tools in
            let report = try await EncoderSurvey(tools: tools).run([.vaapi])
            #expect(report.findings.map(\.outcome) == Array(repeating: .works(.lowPower), count: 3))
        }
    }

    @Test func aDriverThatHangsIsGivenUp() async throws {
        try await FakeFFmpeg.with("case \"$*\" in *_nvenc*) sleep 20;; esac\n" + FakeFFmpeg.failing("")) { tools in
            let report = try await EncoderSurvey(tools: tools, limit: .milliseconds(300)).run([.nvidia])
            let silent = report.findings.filter { $0.mayPass && $0.text.contains("does not answer") }
            #expect(silent.count == 3)
        }
    }

    @Test func theRealFFmpegEncodesOnTheCPU() async throws {
        let report = try await EncoderSurvey(tools: MediaTools.locate()).run([.cpu])
        #expect(report.codecs(of: .cpu).contains(.h264))
        let eightBitsOnly = report.findings.filter { $0.works && $0.codec == .hevc && !$0.holdsTenBits }
        #expect(eightBitsOnly.isEmpty)
    }

    @Test func whatIsKeptNeedsNoTryingUntilSomethingChanges() async throws {
        try await FakeFFmpeg.with(FakeFFmpeg.failing("Cannot load libcuda.so.1")) { tools in
            try await withTemporaryDirectory { folder in
                let file = folder.appending("encoders.json")
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                func report(_ environment: [String: String] = [:]) async throws -> EncoderReport {
                    try await SurveyCache(tools: tools, file: file, environment: environment, logger: logger).report()
                }
                let first = try await report()
                let runs = FakeFFmpeg.runs(tools)
                let second = try await report()
                #expect(second == first && FakeFFmpeg.runs(tools) == runs && first.best == .cpu)
                _ = try await report(["CUDA_VISIBLE_DEVICES": "1"])
                #expect(FakeFFmpeg.runs(tools) > runs)
                try "{\"identity\": 3}".write(toFile: file.string, atomically: true, encoding: .utf8)
                let third = try await report()
                #expect(third == first)
            }
        }
    }

    @Test func aBusyCardIsTriedAgain() async throws {
        try await FakeFFmpeg.with(FakeFFmpeg.failing("OpenEncodeSessionEx failed: out of memory (10)")) { tools in
            try await withTemporaryDirectory { folder in
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let file = folder.appending("encoders.json")
                _ = try await SurveyCache(tools: tools, file: file, environment: [:], logger: logger).report()
                #expect(!FileManager.default.fileExists(atPath: file.string))
            }
        }
    }
}
