import VLogCore

/// What scales pictures in memory to the next size of the ladder: of 8 or 10 bits, 4:2:0, limited range, with tags.
package enum PictureScaler: Sendable {
    /// The filter zscale, by libzimg: the faster one by far, but not in every build of ffmpeg.
    case zimg
    /// ffmpeg's own.
    case swscale

    /// Bicubic with b = 0 and c = 0.6, as swscale's is: libzimg's own default, a third each, is softer and costs VMAF 0.3 to 1.
    func filter(to size: PixelSize) -> String {
        switch self {
        case .zimg: "zscale=\(size.width):\(size.height):filter=bicubic:param_a=0:param_b=0.6"
        case .swscale: "scale=\(size.width):\(size.height):flags=\(FilterGraph.scaler)"
        }
    }
}
