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
        /// Whether the file says that the picture is to be turned or mirrored.
        package var hasDisplayMatrix: Bool
        /// ffmpeg's name, for example `yuv420p10le`.
        package var pixelFormat: String
        package var isFullRange: Bool
        package var dynamicRange: DynamicRange
        /// Whether the stream says its colour primaries; if not, the plan assumes those usual for its size.
        package var hasColourTags: Bool
        /// How the picture was graded, for rungs that keep a high dynamic range; nil when the file does not say.
        package var mastering: MasteringDisplay?
        /// When its last picture ends.
        package var end: Double
    }

    package struct Audio: Sendable, Equatable {
        package var index: Int
        package var codec: String
        package var channels: Int
        /// Nil when the file does not say.
        package var language: LanguageTag?
        /// What the file calls it; nobody has looked at it.
        package var title: String?
        package var isDefault: Bool
        /// When its last sample ends; nil when the file does not say.
        package var end: Double?
    }

    /// Text that can be shown with the picture. What is stored as pictures is not among it.
    package struct Subtitles: Sendable, Equatable {
        package var index: Int
        package var codec: String
        package var language: LanguageTag?
        /// What the file calls it; nobody has looked at it.
        package var title: String?
        package var isDefault: Bool
        /// Only for what is spoken in another language than the film's.
        package var isForced: Bool
        /// With what cannot be heard written out.
        package var isForHearingImpaired: Bool
    }

    package var container: SourceContainer
    package var video: Video
    /// Tracks that can be decoded, the default one first; at most `maximumAudioTracks`.
    package var audio: [Audio]
    /// At most `maximumSubtitles`, in the order of the file.
    package var subtitles: [Subtitles]
    /// From the start of the file to the end of the longest track that is used.
    package var duration: Double

    package static let maximumAudioTracks = 8
    package static let maximumSubtitles = 32
}
