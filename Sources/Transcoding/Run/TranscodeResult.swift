import VLogCore

/// A finished video: everything in it was put into the sink.
package struct TranscodeResult: Sendable, Equatable {
    /// Seconds.
    package let duration: Double
    /// Best first.
    package let renditions: [RenditionBody]
    /// Every file that the video consists of, in the order of their names.
    package let files: [OutputPath]
    package let hasThumbnail: Bool
}
