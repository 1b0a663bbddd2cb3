/// A file for the video's folder.
package struct PackagedFile: Sendable, Equatable {
    /// Relative to the video's folder, for example `720p/segment_3.m4s`.
    package let path: String
    package let bytes: [UInt8]
    /// A manifest that is written again and again: it may be skipped when a newer one of the same path follows.
    /// A file without this never changes once it was returned.
    package let replaces: Bool

    init(path: String, bytes: [UInt8], replaces: Bool) {
        self.path = path
        self.bytes = bytes
        self.replaces = replaces
    }

    init(path: String, text: String) { self.init(path: path, bytes: Array(text.utf8), replaces: true) }
}
