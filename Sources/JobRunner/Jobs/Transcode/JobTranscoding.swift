import SystemPackage
import VLogCore

/// Turns a source into files. `LadderTranscoding` does it with ffmpeg; tests that are about time do it without.
package protocol JobTranscoding: Sendable {
    /// Stores every file while it works and returns when the last one has been handed over. Throws a `JobFailure` when the
    /// source or this machine is at fault, and passes on what `store` throws. Stops within a second of cancellation.
    func transcode(
        _ source: FilePath,
        profile: TranscodeProfile,
        scratch: FilePath,
        store: @escaping @Sendable (OutputPath, [UInt8]) async throws -> Void,
        report: @escaping @Sendable (ProgressReport) async -> Void
    ) async throws -> JobTranscodingResult
}

/// What is known of a result besides its files.
package struct JobTranscodingResult: Sendable {
    /// Seconds.
    package let duration: Double
    /// Best first.
    package let renditions: [RenditionBody]

    package init(duration: Double, renditions: [RenditionBody]) {
        self.duration = duration
        self.renditions = renditions
    }
}
