import Glibc
import Packaging
import Subprocess
import VLogCore

/// Judges an ffmpeg that ended. Its exit code is 0 for a source that was cut off and not 0 for one that is only
/// scratched, so what it produced decides, and the log tells why when that is not enough.
struct EncoderVerdict: Sendable {
    let plan: TranscodePlan
    let status: TerminationStatus
    let log: String

    /// Before anything of the end is packaged: throws `internal` when a signal ended ffmpeg.
    func requireOwnEnd() throws(TranscodeError) {
        guard case .signaled(let signal) = status else { return }
        // Drivers run inside ffmpeg, and crash it.
        if plan.accelerator != .cpu, signal != SIGKILL { throw cardFailed(.crashed(signal: "\(signal)")) }
        throw TranscodeError(.internal, "ffmpeg was stopped by signal \(signal).", logTail: log)
    }

    /// Throws unless the shortest rung has every picture of the plan.
    func requireAll(producedSeconds: Double) throws(TranscodeError) {
        let missing = plan.duration - producedSeconds
        guard missing > 0.5 / plan.frameRate.framesPerSecond else { return }
        try requireNoFaultOfOurs()
        // On a card nothing is held when too much is missing.
        let seen = plan.decodesOnCard ? producedSeconds : max(0, producedSeconds - plan.heldAtEnd)
        let error = SourceError.cutOff(at: seen, of: plan.source.video.end)
        throw TranscodeError(.badInput, error.message, logTail: log, cause: error)
    }

    /// What the packager's complaint means.
    func explain(_ error: PackagingError) -> TranscodeError {
        do throws(TranscodeError) {
            try requireNoFaultOfOurs()
        } catch {
            return error
        }
        guard error.code == .empty else {
            return TranscodeError(.internal, "ffmpeg's output is not as expected.", logTail: log, cause: error)
        }
        let message = "No picture of this video can be decoded: it is damaged, or protected against copying."
        return TranscodeError(.badInput, message, logTail: log, cause: error)
    }

    private func cardFailed(_ fault: AcceleratorFault) -> TranscodeError {
        TranscodeError(.noEncoder, "The runner's \(plan.accelerator.rawValue): \(fault).", logTail: log, cause: fault)
    }

    private func requireNoFaultOfOurs() throws(TranscodeError) {
        if plan.accelerator != .cpu, let fault = AcceleratorFault(log: log) { throw cardFailed(fault) }
        for (sign, code, message) in EncoderVerdict.signs where log.contains(sign) {
            throw TranscodeError(code, message, logTail: log)
        }
    }

    private static let signs: [(sign: String, code: FailureCode, message: String)] = [
        ("No space left on device", .noSpace, "The runner's disk is full."),
        ("Cannot allocate memory", .internal, "The runner has not enough memory for this video."),
        ("Unknown encoder", .noEncoder, "The runner's ffmpeg lacks an encoder that this video needs."),
        ("No such filter", .noEncoder, "The runner's ffmpeg lacks a filter that this video needs."),
        ("Decoder not found", .noEncoder, "The runner's ffmpeg cannot decode this kind of video."),
        ("no decoder found", .noEncoder, "The runner's ffmpeg cannot decode this kind of video."),
        ("Unrecognized option", .noEncoder, "The runner's ffmpeg is too old or too new."),
    ]
}
