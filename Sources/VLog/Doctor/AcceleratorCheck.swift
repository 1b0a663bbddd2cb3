import Transcoding
import VLogCore

/// What `vlog doctor` says of each accelerator: what was tried, and how to mend what failed.
struct AcceleratorCheck {
    let report: EncoderReport

    var findings: [Finding] { Accelerator.allCases.map(finding) + [toneMapping] }

    private var toneMapping: Finding {
        guard report.mapsTones else {
            return Finding(
                name: "HDR sources",
                verdict: .note,
                found: "this ffmpeg cannot map them to ordinary screens; a runner here gets none of them",
                remedy: "install a build of ffmpeg with zscale (libzimg) and tonemap"
            )
        }
        return Finding(name: "HDR sources", verdict: .good, found: "can be mapped to ordinary screens")
    }

    /// Only the CPU's H.264 must work; a card is a gain that a machine may go without.
    private func finding(_ accelerator: Accelerator) -> Finding {
        let tried = report.findings(of: accelerator)
        let working = report.codecs(of: accelerator)
        let name = accelerator == .cpu ? "encoding" : "encoding (\(accelerator.rawValue))"
        let texts = tried.map(\.text).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let remedy = tried.first { !$0.works }?.remedy
        guard working.contains(.h264) else {
            let isNeeded = accelerator == .cpu && report.best == .cpu
            return Finding(
                name: name,
                verdict: isNeeded ? .mend : .note,
                found: texts.joined(separator: "; "),
                remedy: accelerator == .cpu
                    ? "install a build of ffmpeg with libx264, and name it in VLOG_FFMPEG and VLOG_FFPROBE"
                    : remedy
            )
        }
        let isChosen = accelerator == report.best ? " (what runners use when nobody chooses)" : ""
        return Finding(
            name: name,
            verdict: .good,
            found: texts.joined(separator: "; ") + isChosen,
            remedy: remedy.map { "for the others: \($0)" }
        )
    }
}
