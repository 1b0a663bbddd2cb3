import Glibc
import SystemPackage
import VLogCore

extension JobFailure {
    static func scratchFull(cause: (any Error)? = nil) -> JobFailure {
        JobFailure(
            .noSpace,
            "The runner has not enough room on its scratch disk for this video. Free some space there; "
                + "the job is tried again by itself.",
            cause: cause
        )
    }

    /// What became of the job when the server would not, or could not, do what the runner asked.
    init(of error: WorkerAPIError) {
        switch error.code {
        case .noSpace:
            self.init(
                .noSpace,
                "The server's storage is full. Free some space there; the job is tried again by itself.",
                cause: error
            )
        case .unavailable:
            self.init(.internal, "The runner could not reach the server for too long.", cause: error)
        case .leaseLost, .gone, .unauthorised, .notFound, .sourceChanged, .refused:
            self.init(.internal, "The server refused what the runner sent: \(error.message).", cause: error)
        }
    }
}

extension Errno {
    var isFullDisk: Bool { self == .noSpace || rawValue == Glibc.EDQUOT }
}
