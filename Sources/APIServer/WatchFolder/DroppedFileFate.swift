import HTTPTypes
import Transcoding

/// What becomes of a dropped file after an error.
enum DroppedFileFate: Equatable {
    /// The file is at fault; a sentence says how.
    case refused(String)
    /// It is tried again; others may be taken meanwhile.
    case waits
    /// The server is at fault: no other file would fare better.
    case waitsWithAll

    /// A file at which ffprobe fails, instead of refusing it, is tried so often.
    static let mostFailures = 5

    init(_ error: any Error, failures: Int) {
        let known = APIError(any: error)
        self =
            switch known.status {
            case .serviceUnavailable: .waitsWithAll
            case .conflict: .waits
            case let status where status.kind == .clientError: .refused(known.detail)
            default:
                if let error = error as? TranscodeError, failures >= Self.mostFailures {
                    .refused(error.message)
                } else {
                    .waits
                }
            }
    }
}
