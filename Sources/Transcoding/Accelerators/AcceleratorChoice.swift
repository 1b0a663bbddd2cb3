import VLogCore

/// What a runner encodes with, and when a job must do without it.
package struct AcceleratorChoice: Sendable {
    package let accelerator: Accelerator
    package let report: EncoderReport
    let sessions: SessionBudget

    package static let cpu = AcceleratorChoice(report: .cpu)

    /// The best that the report proves. `sessionLimit` is the number of encoders at once on the card, of all jobs; nil
    /// for what is known of its kind.
    package init(report: EncoderReport, sessionLimit: Int? = nil) {
        self.init(report.best, report, sessionLimit)
    }

    /// What somebody chose; throws `no_encoder`, with the way to mend it, when it does not encode H.264 here.
    package init(
        _ wanted: Accelerator,
        report: EncoderReport,
        sessionLimit: Int? = nil
    ) throws(TranscodeError) {
        if wanted != .cpu, !report.codecs(of: wanted).contains(.h264) {
            let finding = report.findings(of: wanted).first { $0.codec == .h264 }
            throw TranscodeError(
                .noEncoder,
                "\(wanted.rawValue) cannot be used: \(finding?.text ?? "it was not tried")."
            )
        }
        self.init(wanted, report, sessionLimit)
    }

    private init(_ accelerator: Accelerator, _ report: EncoderReport, _ limit: Int?) {
        self.accelerator = accelerator
        self.report = report
        let known = accelerator == .nvidia ? NVIDIACards.sessionLimit(NVIDIACards.models) : nil
        sessions = SessionBudget(limit: limit ?? known)
    }

    /// What jobs can be made in here, for `WorkerCapabilities`.
    package var codecs: [String] {
        let proven = Set(report.codecs(of: .cpu) + report.codecs(of: accelerator))
        return VideoCodec.allCases.filter(proven.contains).map(\.rawValue)
    }

    /// `cpu`, and what the card is called when one is used.
    package var accelerators: [String] {
        let proven = [Accelerator.cpu, accelerator].filter { !report.codecs(of: $0).isEmpty }
        return proven.map(\.capabilityName).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// How many jobs a runner should do at once. The CPU is busy with one; a card has encoders to spare, as many jobs as
    /// its sessions hold ladders of six rungs, or two where there is no limit.
    package var jobsAtOnce: Int {
        guard accelerator != .cpu else { return 1 }
        return max(1, (sessions.limit ?? 12) / 6)
    }

    /// For what the card does not do. A build of ffmpeg that maps tones has zscale.
    var cpu: Acceleration { .cpu(scaler: report.mapsTones ? .zimg : .swscale) }

    /// Why a plan for the card cannot be done on it; nil when it can.
    func refusal(_ plan: TranscodePlan) -> String? {
        let findings = report.findings(of: accelerator)
        for rung in plan.rungs {
            guard let finding = findings.first(where: { $0.codec == rung.codec }), finding.works else {
                return "it does not encode \(rung.codec.rawValue)"
            }
            if rung.isHDR, !finding.holdsTenBits { return "it does not encode ten bits of \(rung.codec.rawValue)" }
        }
        if let limit = sessions.limit, plan.rungs.count > limit {
            return "\(plan.rungs.count) qualities are more than the \(limit) that it encodes at once"
        }
        return nil
    }
}

extension EncoderFinding {
    /// A sentence without its full stop, for people.
    package var text: String {
        switch outcome {
        case .works(let variant): "\(encoder) works" + (variant == .full ? "" : " (\(variant.rawValue))")
        case .notInBuild: "\(encoder) is not in this build of ffmpeg"
        case .deviceMissing(let message, _): message
        case .failed(let message, _): "\(encoder): \(message)"
        }
    }

    /// What to do about it; nil when it works.
    package var remedy: String? {
        switch outcome {
        case .works: nil
        case .notInBuild: AcceleratorFault.otherBuild
        case .deviceMissing(_, let remedy), .failed(_, let remedy): remedy
        }
    }
}
