import Packaging

/// What a source is, as far as the plan needs it. Times are seconds from the start of the file.
package struct ProbedSource: Sendable, Equatable {
    /// How brightness is coded; anything but `standard` must be mapped before a plain screen can show it.
    package enum DynamicRange: String, Sendable {
        case standard
        /// SMPTE ST 2084, as in HDR10.
        case perceptualQuantizer
        /// ARIB STD-B67.
        case hybridLogGamma
    }

    package struct Video: Sendable, Equatable {
        /// The index of the stream in the file.
        package var index: Int
        package var codec: String
        /// As stored: before rotation, with its own pixel shape.
        package var codedSize: PixelSize
        /// As seen: upright, with square pixels. May be odd.
        package var displaySize: PixelSize
        /// A standard rate of at most 60, the nearest to that of the source; for interlaced pictures that of fields.
        package var frameRate: FrameRate
        package var isInterlaced: Bool
        /// ffmpeg's name, for example `yuv420p10le`.
        package var pixelFormat: String
        package var isFullRange: Bool
        package var dynamicRange: DynamicRange
        /// Whether the stream says its colour primaries; if not, the plan assumes those usual for its size.
        package var hasColourTags: Bool
        /// When its last picture ends.
        package var end: Double
    }

    package struct Audio: Sendable, Equatable {
        package var index: Int
        package var codec: String
        package var channels: Int
        /// Nil when the file does not say.
        package var language: LanguageTag?
        package var isDefault: Bool
        /// When its last sample ends; nil when the file does not say.
        package var end: Double?
    }

    package var container: SourceContainer
    package var video: Video
    /// Tracks that can be decoded, the default one first; at most `maximumAudioTracks`.
    package var audio: [Audio]
    /// From the start of the file to the end of the longest track that is used.
    package var duration: Double

    package static let maximumAudioTracks = 8
}
