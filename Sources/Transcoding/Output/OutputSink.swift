import VLogCore

/// Where the files of a video go.
package protocol OutputSink: Sendable {
    /// Stores a whole file; called for several files at once. A path is put again only when it is replaceable, or when a
    /// card failed and the transcode starts over; never while an earlier put of it runs, and a playlist only after the
    /// segments that it names were stored.
    /// What it throws ends the transcode and is thrown by it unchanged.
    func put(_ path: OutputPath, _ bytes: [UInt8]) async throws

    /// Keeps the newest checkpoint, from which another run can go on. Some of the files that it names may be on their way
    /// still. What it throws changes nothing: the next one comes soon.
    func keep(_ checkpoint: TranscodeCheckpoint) async throws
}

extension OutputSink {
    package func keep(_ checkpoint: TranscodeCheckpoint) async throws {}
}
