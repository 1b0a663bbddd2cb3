import Foundation
import SystemPackage

/// What a claimed file is known by from its claim on: in the watch folder, and as the tag of the video's source.
struct ClaimTag: Hashable, Sendable, CustomStringConvertible {
    let description: String
    let folder: FilePath.Component
    let lock: FilePath.Component

    /// A new one.
    init?() { self.init(UUID()) }

    /// That of a folder, or of a lock; nil for any other name.
    init?(_ name: FilePath.Component) {
        guard let id = UUID(uuidString: String(name.string.prefix(36))) else { return nil }
        self.init(id)
    }

    private init?(_ id: UUID) {
        description = id.uuidString.lowercased()
        guard let folder = FilePath.Component(description), let lock = FilePath.Component(description + ".lock") else {
            return nil
        }
        self.folder = folder
        self.lock = lock
    }
}
