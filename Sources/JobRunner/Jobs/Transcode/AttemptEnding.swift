import SystemPackage
import VLogCore

/// How an attempt at a job came to its end, which decides what the server is told last.
enum AttemptEnding: Sendable {
    /// The server has everything and publishes.
    case completed
    /// The attempt failed: `fail`.
    case failed(JobFailure)
    /// The server asked to stop: `release`.
    case cancelled
    /// The runner stops: `release`, so that another one can start at once.
    case shuttingDown
    /// The lease is somebody else's or the job is gone: nothing more is sent.
    case leaseLost
    case gone

    /// For the log; the failure codes are the server's own words.
    var word: String {
        switch self {
        case .completed: "completed"
        case .failed(let failure): failure.code.rawValue
        case .cancelled: "cancelled"
        case .shuttingDown: "released"
        case .leaseLost: "lease_lost"
        case .gone: "gone"
        }
    }
}

extension AttemptEnding {
    /// What an error of the work makes of the attempt.
    init(of error: any Error) {
        switch error {
        case let failure as JobFailure: self = .failed(failure)
        case let error as WorkerAPIError where error.code == .leaseLost: self = .leaseLost
        case let error as WorkerAPIError where error.code == .gone: self = .gone
        case let error as WorkerAPIError: self = .failed(JobFailure(of: error))
        case let error as Errno where error.isFullDisk: self = .failed(.scratchFull(cause: error))
        default:
            self = .failed(JobFailure(.internal, "The runner could not do the job: \(type(of: error)).", cause: error))
        }
    }

    /// A result that the server has taken is one, whatever else came to an end at that moment.
    static func stronger(_ first: AttemptEnding?, _ second: AttemptEnding) -> AttemptEnding {
        if case .completed = second { return second }
        return first ?? second
    }
}
