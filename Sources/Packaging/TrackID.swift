/// A track of a ladder, named by its folder below the video's.
package struct TrackID: Hashable, Sendable, CustomStringConvertible {
    package let folder: String

    /// Only a folder of a `TrackDescription` names a track; any other is refused when it is used.
    package init(folder: String) { self.folder = folder }

    package var description: String { folder }
}
