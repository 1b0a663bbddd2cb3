import SystemPackage
import VLogCore

/// A job whose source is a file or an address, and whose output is a folder: what `vlog runner job` does, without a server.
package struct VolumeJob: Sendable {
    package enum Source: Sendable, Equatable {
        case file(FilePath)
        /// Downloaded first; in private networks only if `isPrivateAllowed`.
        case url(String, isPrivateAllowed: Bool)
    }

    /// Tells attempts at this job from any other that writes to the same folder.
    package var id: String
    package var source: Source
    /// The folder of the result.
    package var output: FilePath
    package var profile: TranscodeProfile

    package init(id: String, source: Source, output: FilePath, profile: TranscodeProfile) {
        self.id = id
        self.source = source
        self.output = output
        self.profile = profile
    }
}
