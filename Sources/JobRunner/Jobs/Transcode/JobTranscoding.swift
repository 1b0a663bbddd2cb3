import SystemPackage
import VLogCore

/// Turns a source into files. `LadderTranscoding` does it with ffmpeg; tests that are about time do it without.
package protocol JobTranscoding: Sendable {
    /// Stores every file while it works and returns when the last one has been handed over; with `resume`, only those that
    /// an earlier attempt has not stored. Throws a `JobFailure` when the source or this machine is at fault, and passes
    /// on what `store` throws. Stops within a second of cancellation.
    func transcode(
        _ source: FilePath,
        profile: TranscodeProfile,
        scratch: FilePath,
        resume: TranscodeCheckpoint?,
        output: JobOutput
    ) async throws -> JobTranscodingResult
}

/// Where what a transcode makes and tells goes.
package struct JobOutput: Sendable {
    let store: @Sendable (OutputPath, [UInt8]) async throws -> Void
    /// Failing changes nothing but what the next attempt can go on from.
    let keep: @Sendable (TranscodeCheckpoint) async throws -> Void
    let report: @Sendable (ProgressReport) async -> Void
}

/// What is known of a result besides its files.
package struct JobTranscodingResult: Sendable {
    /// Seconds.
    package let duration: Double
    /// Best first.
    package let renditions: [RenditionBody]
    /// Files that an earlier attempt has stored.
    package let resumed: [OutputPath]
    /// What made the pictures, for example `libx264`.
    package let encoder: String?

    package init(
        duration: Double,
        renditions: [RenditionBody],
        resumed: [OutputPath] = [],
        encoder: String? = nil
    ) {
        self.duration = duration
        self.renditions = renditions
        self.resumed = resumed
        self.encoder = encoder
    }

    /// For people.
    var sentence: String {
        let qualities = renditions.map { "\($0.quality)" }.joined(separator: ", ")
        return "\(Int(duration.rounded())) seconds in \(qualities), encoded by \(encoder ?? "ffmpeg")."
    }
}
