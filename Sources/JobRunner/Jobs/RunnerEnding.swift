import SystemPackage
import VLogCore

/// How a runner with one job ended: what Kubernetes decides by, and a sentence for people.
package struct RunnerEnding: Error, Sendable, Equatable {
    /// nil for a video that is ready.
    package let code: RunnerExitCode?
    package let message: TerminationMessage

    package init(_ code: RunnerExitCode?, _ message: String, encoder: String? = nil) {
        self.code = code
        self.message = TerminationMessage(message, encoder: encoder)
    }
}

extension RunnerEnding {
    static let stopped = RunnerEnding(.stopped, "The runner was stopped; the next one goes on from here.")

    /// What an error of the work makes of it.
    init(of error: any Error) {
        switch error {
        case let ending as RunnerEnding: self = ending
        case is CancellationError: self = .stopped
        case let failure as JobFailure: self.init(RunnerExitCode(of: failure.code), failure.message)
        case let error as Errno where error.isFullDisk:
            self.init(.noSpace, "The volume of the output, or the scratch disk, is full.")
        default: self.init(.failed, "The runner could not do the job: \(type(of: error)).")
        }
    }
}

extension RunnerExitCode {
    fileprivate init(of code: FailureCode) {
        switch code {
        case .badInput: self = .badInput
        // The programs of the image are the same wherever it runs.
        case .noEncoder: self = .impossible
        case .noSpace: self = .noSpace
        case .lost: self = .unavailable
        case .cancelled: self = .stopped
        case .timeout, .internal: self = .failed
        }
    }
}
