/// What a track's ftyp and moov say.
struct InitializationSegment: Sendable, Equatable {
    enum Format: Sendable, Equatable {
        case video(VideoFormat)
        case audio(AudioFormat)
    }

    /// ftyp and moov as they came; served as `init.mp4`.
    let bytes: [UInt8]
    let trackID: UInt32
    let timescale: Int
    /// Where the edit list starts, in ticks: the composition offset of the first picture shown.
    let mediaTime: Int
    let defaults: SampleDefaults
    let format: Format
}

/// What holds for samples that do not say otherwise (trex, then tfhd).
struct SampleDefaults: Sendable, Equatable {
    var duration: Int
    var size: Int
    var flags: UInt32
}

struct VideoFormat: Sendable, Equatable {
    /// Pixels, as displayed.
    let width: Int
    let height: Int
    /// RFC 6381.
    let codec: String
    let bitstream: VideoBitstream
    let range: VideoRange
}

/// VIDEO-RANGE of HLS, from the transfer characteristics (ISO/IEC 23091-2).
enum VideoRange: String, Sendable {
    case standard = "SDR"
    case perceptualQuantizer = "PQ"
    case hybridLogGamma = "HLG"

    init(transfer: Int) {
        switch transfer {
        case 16: self = .perceptualQuantizer
        case 18: self = .hybridLogGamma
        default: self = .standard
        }
    }

    /// Nil for the standard range, which needs no word.
    var transfer: Int? {
        switch self {
        case .standard: nil
        case .perceptualQuantizer: 16
        case .hybridLogGamma: 18
        }
    }
}

struct AudioFormat: Sendable, Equatable {
    /// RFC 6381.
    let codec: String
    /// Hertz.
    let sampleRate: Int
    let channels: Int
}
