import Logging
import Packaging
import SystemPackage
import VLogCore

extension Transcoder {
    /// A plan for the card where it can do the job and has room, else for the CPU. A plan for the card has taken its
    /// sessions.
    func plan(_ source: ProbedSource, _ profile: TranscodeProfile, of file: FilePath) async throws -> TranscodePlan {
        let onCPU = try TranscodePlan(source: source, profile: profile, threads: threads, acceleration: choice.cpu)
        guard choice.accelerator != .cpu else { return onCPU }
        let acceleration = choice.report.acceleration(choice.accelerator)
        var plan = try TranscodePlan(source: source, profile: profile, threads: threads, acceleration: acceleration)
        if let refusal = choice.refusal(plan) {
            logger.notice("the accelerator cannot do this job, the cpu does", metadata: ["reason": "\(refusal)"])
            return onCPU
        }
        if plan.decodesOnCard,
            let refusal = try await DecodingTrial(tools: tools, plan: plan, source: file).refusal()
        {
            logger.notice("the cpu decodes for the accelerator", metadata: ["reason": "\(refusal)"])
            plan = try TranscodePlan(
                source: source,
                profile: profile,
                threads: threads,
                acceleration: acceleration.withoutDecoding
            )
        }
        guard choice.sessions.take(plan.rungs.count) else {
            logger.notice("the accelerator is busy, the cpu does this job")
            return onCPU
        }
        return plan
    }

    /// Gives back what `plan` took.
    func release(_ plan: TranscodePlan) {
        if plan.accelerator != .cpu { choice.sessions.release(plan.rungs.count) }
    }

    /// Why a transcode on a card failed, when that is the card's fault; nil for all others. What the packager cannot
    /// use counts too: the CPU tells whether it was the source. So does standing still, as a card does that hangs.
    static func cardFault(_ error: any Error, _ plan: TranscodePlan) -> String? {
        guard plan.accelerator != .cpu else { return nil }
        if let error = error as? PackagingError { return "\(error)" }
        guard let error = error as? TranscodeError else { return nil }
        switch error.cause {
        case let fault as AcceleratorFault: return fault.description
        case is PackagingError: return error.message
        default: return error.code == .timeout ? error.message : nil
        }
    }
}

extension TranscodePlan {
    /// The encoders that make its rungs, for example `h264_nvenc`; several are separated by a comma.
    package var encoder: String {
        let codecs = Set(rungs.map(\.codec))
        return VideoCodec.allCases.filter(codecs.contains).map { HardwareEncoder.name($0, on: accelerator) }
            .joined(separator: ", ")
    }
}
