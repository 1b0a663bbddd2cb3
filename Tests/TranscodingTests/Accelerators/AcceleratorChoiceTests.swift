import Testing
import VLogCore

@testable import Transcoding

/// Which accelerator a runner takes, what it says of itself, and which jobs the card is not asked to do.
@Suite struct AcceleratorChoiceTests {
    private func report(_ accelerator: Accelerator, _ codecs: [VideoCodec], tenBits: Bool = true) -> EncoderReport {
        let card = VideoCodec.allCases.map { codec in
            EncoderFinding(
                accelerator: accelerator,
                codec: codec,
                outcome: codecs.contains(codec) ? .works(.full) : .notInBuild,
                holdsTenBits: tenBits && codec != .h264
            )
        }
        return EncoderReport(findings: EncoderReport.cpu.findings + card)
    }

    @Test func theBestThatWorksIsTaken() {
        #expect(EncoderReport.cpu.best == .cpu)
        #expect(report(.qsv, [.h264]).best == .qsv)
        let both = EncoderReport(findings: report(.vaapi, [.h264]).findings + report(.nvidia, [.h264]).findings)
        #expect(both.best == .nvidia)
        // Without H.264 not every device could play what the card makes.
        #expect(report(.nvidia, [.hevc]).best == .cpu)
    }

    @Test func whatWasChosenMustWork() throws {
        let error = #expect(throws: TranscodeError.self) {
            try AcceleratorChoice(.nvidia, report: report(.vaapi, [.h264]))
        }
        #expect(error?.code == .noEncoder)
        #expect(try AcceleratorChoice(.cpu, report: report(.nvidia, [.h264])).accelerator == .cpu)
    }

    @Test func capabilitiesAreThoseProven() throws {
        let intel = AcceleratorChoice(report: report(.qsv, [.h264]))
        #expect(intel.accelerators == ["cpu", "intel"] && intel.codecs == ["h264", "hevc", "av1"])
        let bare = EncoderReport(findings: report(.nvidia, [.h264, .av1]).findings(of: .nvidia))
        let card = AcceleratorChoice(report: bare)
        #expect(card.accelerators == ["nvidia"] && card.codecs == ["h264", "av1"])
        #expect(AcceleratorChoice.cpu.accelerators == ["cpu"])
    }

    @Test(arguments: [(nil, 2), (3, 1), (8, 1), (12, 2), (20, 3)] as [(Int?, Int)])
    func aCardDoesAsManyJobsAsItsSessionsHold(limit: Int?, jobs: Int) {
        #expect(AcceleratorChoice(report: report(.vaapi, [.h264]), sessionLimit: limit).jobsAtOnce == jobs)
        #expect(AcceleratorChoice.cpu.jobsAtOnce == 1)
    }

    @Test func jobsBeyondTheCardAreRefused() throws {
        let plan = try ProbedSource.probed(1920, 1080).plan(TranscodeProfile(codecs: [.h264, .hevc]))
        #expect(AcceleratorChoice(report: report(.nvidia, [.h264, .hevc])).refusal(plan) == nil)
        #expect(AcceleratorChoice(report: report(.nvidia, [.h264])).refusal(plan)?.contains("hevc") == true)
        let few = AcceleratorChoice(report: report(.nvidia, [.h264, .hevc]), sessionLimit: 7)
        #expect(few.refusal(plan)?.contains("8 qualities") == true)
        let source = try ProbedSource.probed(
            640,
            360,
            pixelFormat: "yuv420p10le",
            transfer: "smpte2084",
            codec: "hevc"
        )
        let kept = try source.plan(TranscodeProfile(codecs: [.h264, .hevc], keepsHDR: true))
        let eightBits = AcceleratorChoice(report: report(.nvidia, [.h264, .hevc], tenBits: false))
        #expect(eightBits.refusal(kept)?.contains("ten bits") == true)
    }

    @Test func jobsShareTheSessionsOfACard() {
        let budget = SessionBudget(limit: 8)
        #expect(budget.take(6))
        #expect(!budget.take(3))
        #expect(budget.take(2))
        budget.release(6)
        #expect(budget.take(6))
        #expect(SessionBudget(limit: nil).take(1_000))
    }

    @Test func aGeForceHasEightSessions() {
        let facts = "Model: \t\t NVIDIA GeForce RTX 3060\nIRQ:   \t\t 139\n"
        #expect(NVIDIACards.model(facts) == "NVIDIA GeForce RTX 3060")
        #expect(NVIDIACards.sessionLimit(["NVIDIA GeForce RTX 3060"]) == 8)
        #expect(NVIDIACards.sessionLimit(["NVIDIA L4"]) == nil)
    }

    @Test func intelsNodeIsPreferred() {
        let nodes = [("a", "0x10de"), ("b", "0x1002"), ("c", "0x8086")].map {
            RenderNode.Node(path: $0.0, vendor: $0.1, device: "")
        }
        #expect(RenderNode.preferred(nodes) == "c")
        #expect(RenderNode.preferred(Array(nodes.prefix(2))) == "b")
        #expect(RenderNode.preferred(Array(nodes.prefix(1))) == "a")
        #expect(RenderNode.preferred([]) == RenderNode.usual)
    }
}
