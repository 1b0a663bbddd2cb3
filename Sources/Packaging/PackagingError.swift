/// Why a track could not be packaged. Nothing of a ladder that threw may be published.
package struct PackagingError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// A description that cannot be packaged: no picture, two tracks in one folder, GOPs of different length.
        case invalidDescription
        /// The bytes are not well-formed ISO BMFF.
        case malformed
        /// A stream or a box ended in the middle.
        case truncated
        /// Well-formed, but over a bound of ours: a box, a sample table or a fragment too large.
        case tooLarge
        /// Well-formed, but of a codec or shape that the manifests cannot say.
        case unsupported
        /// Times or lengths that break the segment grid: a gap, a GOP of a wrong length, a start other than zero.
        case timing
        /// A segment that would not decode alone: it begins without a key frame, or its GOP is open.
        case notIndependent
        /// The rungs of the ladder do not have the same segments.
        case rungsDisagree
        /// The stream does not continue what was made before: another encoder, or other settings.
        case resumeMismatch
        /// A track ended without a picture.
        case empty
    }

    package let code: Code
    /// What was wrong, where (box or segment), and for a ladder on which track.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }

    /// The same error, told of one track among several.
    func on(_ track: TrackID) -> PackagingError { PackagingError(code, "\(track): \(message)") }
}
