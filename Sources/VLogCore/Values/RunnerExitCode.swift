/// How `vlog runner job` tells its end to Kubernetes, whose `podFailurePolicy` goes by it. The numbers are those of
/// sysexits.h as far as it has words for them, and far from 1, 2 and 128 + n, which shells and signals use.
package enum RunnerExitCode: Int32, Sendable, CaseIterable {
    /// The source is no video that anybody could transcode.
    case badInput = 65
    /// There is no source.
    case sourceMissing = 66
    /// Something that the job needs cannot be reached.
    case unavailable = 69
    /// ffmpeg, or the runner itself, failed.
    case failed = 70
    /// The accelerator that the job must have does not work on this node.
    case acceleratorFailed = 71
    /// A disk is full, or cannot be written to.
    case noSpace = 73
    /// Told to stop. What is done is kept, and the next attempt goes on from it.
    case stopped = 75
    /// What is asked for cannot be done, by any node.
    case impossible = 78

    /// In CamelCase, for a condition's reason.
    package var word: String {
        switch self {
        case .badInput: "SourceUnreadable"
        case .sourceMissing: "SourceNotFound"
        case .unavailable: "Unavailable"
        case .failed: "EncodingFailed"
        case .acceleratorFailed: "AcceleratorFailed"
        case .noSpace: "NoSpace"
        case .stopped: "Stopped"
        case .impossible: "Unsupported"
        }
    }

    /// Whether every other attempt would end the same way.
    package var isFinal: Bool { [.badInput, .sourceMissing, .impossible].contains(self) }
}
