import VLogCore

/// A finished video: everything in it was put into the sink.
package struct TranscodeResult: Sendable, Equatable {
    /// Seconds.
    package let duration: Double
    /// Best first.
    package let renditions: [RenditionBody]
    /// Every file that the video consists of, in the order of their names.
    package let files: [OutputPath]
    /// Those of them that an earlier run has stored.
    package let resumed: [OutputPath]
    package let hasThumbnail: Bool
    /// What made the pictures, for example `h264_nvenc`; several encoders are separated by a comma.
    package let encoder: String
}
