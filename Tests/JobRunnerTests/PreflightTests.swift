import Synchronization
import Testing
import VLogCore

@testable import JobRunner

/// A runner on a machine that cannot do anything, or not yet.
@Suite(.timeLimit(.minutes(2))) struct PreflightTests {
    /// Unfit for so many looks.
    private final class Mended: Preflight {
        private let left: Mutex<Int>
        private let transcoding: any JobTranscoding

        init(after looks: Int, _ transcoding: any JobTranscoding) {
            left = Mutex(looks)
            self.transcoding = transcoding
        }

        func check() async throws -> Fitness {
            let isUnfit = left.withLock { left in
                left -= 1
                return left >= 0
            }
            if isUnfit { return .unfit("The card has fallen off the bus.") }
            return .able(RunnerSkills(codecs: ["h264", "hevc"], accelerators: ["cpu", "nvidia"]), transcoding)
        }
    }

    @Test func anUnfitMachineSaysSoAndClaimsNothing() async throws {
        let transcoding = ScriptedTranscoding.quick
        try await withRunner(transcoding, preflight: Mended(after: .max, transcoding)) { running in
            let calls = try await running.calls { $0.count > 1 }
            for call in calls {
                guard case .heartbeat(let capabilities) = call else {
                    Issue.record("\(call)")
                    continue
                }
                #expect(capabilities.fault == "The card has fallen off the bus.")
                #expect(capabilities.codecs == [])
            }
            #expect(!running.runner.health.ready)
        }
    }

    @Test func aMachineThatWasMendedTakesJobsByItself() async throws {
        let transcoding = ScriptedTranscoding.quick
        try await withRunner(transcoding, preflight: Mended(after: 3, transcoding)) { _ in
        } configure: {
            $0.preflightPause = .milliseconds(20)
        } body: { running in
            let state = try await running.idle()
            #expect(state.calls.contains { if case .complete = $0 { true } else { false } })
            #expect(running.runner.health.ready)
        }
    }

    @Test func anUnfitMachineCanBeDrainedAndStopped() async throws {
        let transcoding = ScriptedTranscoding.quick
        try await withRunner(transcoding, preflight: Mended(after: .max, transcoding)) {
            $0.drain = true
        } configure: {
            $0.preflightPause = .milliseconds(200)
        } body: { running in
            try await running.ended()
        }
    }
}
