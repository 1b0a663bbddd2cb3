import VLogCore

/// Why the top of a graph runs on the CPU although a card encodes.
package enum CardObstacle: String, Sendable {
    /// The card has no decoder for this codec, depth or chroma format.
    case coding
    /// The picture must be turned; ffmpeg does that by itself, but not on a card.
    case rotation
    case fields
    /// A line or column must be cut off.
    case oddSize = "odd size"
    case fullRange = "full range"
    case toneMapping = "tone mapping"

    /// The first there is, nil when the card can do all of it.
    static func first(for video: ProbedSource.Video, on accelerator: Accelerator) -> CardObstacle? {
        if !canDecode(video) { return .coding }
        if video.hasDisplayMatrix { return .rotation }
        if video.isInterlaced, CardFilters(accelerator: accelerator).deinterlace == nil { return .fields }
        if video.displaySize != video.displaySize.even || video.codedSize != video.codedSize.even { return .oddSize }
        if video.isFullRange { return .fullRange }
        return video.dynamicRange == .standard || canToneMap(video, on: accelerator) ? nil : .toneMapping
    }

    /// Pictures of 4:2:0 in 8 bits, and in 10 bits where that is a main profile. High 10 of H.264, 4:2:2 and 4:4:4 are
    /// decoded by few cards or none.
    private static func canDecode(_ video: ProbedSource.Video) -> Bool {
        switch video.codec {
        case "h264", "mpeg2video", "vp8": eightBits.contains(video.pixelFormat)
        case "hevc", "vp9", "av1": eightBits.contains(video.pixelFormat) || video.pixelFormat == "yuv420p10le"
        default: false
        }
    }

    /// ffmpeg calls the full range a format of its own; that is an obstacle by itself.
    private static let eightBits: Set = ["yuv420p", "yuvj420p"]

    /// `tonemap_vaapi` maps HDR10 alone, and fails without the screen that it was graded on. CUDA has no such filter,
    /// Quick Sync only in later versions.
    private static func canToneMap(_ video: ProbedSource.Video, on accelerator: Accelerator) -> Bool {
        accelerator == .vaapi && video.dynamicRange == .perceptualQuantizer && video.mastering != nil
    }
}
