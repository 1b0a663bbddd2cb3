import VLogCore

/// Where the files of a video go.
package protocol OutputSink: Sendable {
    /// Stores a whole file; called for several files at once. A path is put again only when it is replaceable, never
    /// while an earlier put of it runs, and a playlist only after the segments that it names were stored.
    /// What it throws ends the transcode and is thrown by it unchanged.
    func put(_ path: OutputPath, _ bytes: [UInt8]) async throws
}
