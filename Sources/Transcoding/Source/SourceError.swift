/// What is wrong with a file that somebody uploaded; another try with the same file ends the same way.
package struct SourceError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Not one of the containers that are taken, or nothing in it can be read.
        case notAVideo
        /// Sound alone.
        case noPicture
        /// A video, but cut off or damaged so that it cannot be read.
        case damaged
        /// A video with a picture that is too large, or with too many streams.
        case tooLarge
    }

    package let code: Code
    /// A sentence for the uploader.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
