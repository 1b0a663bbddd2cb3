import VLogCore

/// How many bits a picture may take. The points follow the table of Apple's HLS authoring specification (rule 1.25),
/// its "max" column where it has one; sizes between are interpolated by area.
enum RateControl {
    /// Constant quality, on the scale of each encoder; the maximum only bounds what it would spend on hard scenes.
    static func quality(_ codec: VideoCodec) -> Int {
        switch codec {
        case .h264: 23
        case .hevc: 26
        case .av1: 35
        }
    }

    /// kbit/s for AAC-LC of so many channels.
    static func audioKilobits(channels: Int) -> Int { channels > 2 ? 384 : 128 }

    static func maximumKilobits(size: PixelSize, frameRate: Double, codec: VideoCodec) -> Int {
        let kilobits = interpolated(area: Double(size.area)) * share(codec)
        // The table is for 30 frames a second; twice as many are alike and cost about four tenths more.
        return Int((frameRate > 31 ? kilobits * 1.4 : kilobits).rounded())
    }

    /// What a codec needs of H.264's bits for the same picture.
    private static func share(_ codec: VideoCodec) -> Double {
        switch codec {
        case .h264: 1
        case .hevc: 0.65
        case .av1: 0.55
        }
    }

    private static let points: [(area: Double, kilobits: Double)] = [
        (160 * 90, 120), (416 * 234, 400), (640 * 360, 900), (854 * 480, 1_600), (960 * 540, 2_200),
        (1280 * 720, 4_500), (1920 * 1080, 7_800), (2560 * 1440, 12_000), (3840 * 2160, 20_000),
    ]

    private static func interpolated(area: Double) -> Double {
        guard let first = points.first, let last = points.last, area > first.area else { return points[0].kilobits }
        guard area < last.area, let upper = points.firstIndex(where: { $0.area >= area }) else { return last.kilobits }
        let (low, high) = (points[upper - 1], points[upper])
        return low.kilobits + (high.kilobits - low.kilobits) * (area - low.area) / (high.area - low.area)
    }
}
