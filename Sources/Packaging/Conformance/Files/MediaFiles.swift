/// Where the files of a presentation are read from: a folder, or an HTTP origin.
package protocol MediaFiles: Sendable {
    /// `https://host:port` when absolute URIs may lead there; nil for a folder.
    var origin: String? { get }

    /// The content, or the part of it in `range`; never more than `limit` bytes, else throws `tooLarge`. A range that
    /// reaches over the end gives what there is.
    func read(_ path: MediaPath, range: Range<Int>?, limit: Int) async throws(MediaFileError) -> [UInt8]

    /// Every file below the folder, sorted; nil where that cannot be known.
    func list() async throws(MediaFileError) -> [MediaPath]?
}

/// Why a file could not be read.
package enum MediaFileError: Error, Equatable, CustomStringConvertible {
    case missing
    case tooLarge
    /// In a few words.
    case unreadable(String)

    package var description: String {
        switch self {
        case .missing: "does not exist"
        case .tooLarge: "is larger than a file of its kind may be"
        case .unreadable(let reason): "cannot be read (\(reason))"
        }
    }
}
