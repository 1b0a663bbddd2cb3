/// A level of H.264: what a decoder must manage (ITU-T H.264 table A-1, High profile).
package struct H264Level: Hashable, Sendable, CustomStringConvertible {
    /// As ffmpeg's `-level` has it, for example `4.0`.
    package let description: String
    let macroblocksPerSecond: Int
    let macroblocks: Int
    /// kbit/s: table A-1 times 1.25.
    let kilobits: Int

    /// The lowest level that covers a stream; the highest there is when none does.
    static func smallest(size: PixelSize, frameRate: Double, kilobits: Int) -> H264Level {
        let width = (size.width + 15) / 16
        let height = (size.height + 15) / 16
        let fitting = levels.first { level in
            width * height <= level.macroblocks
                && Double(width * height) * frameRate <= Double(level.macroblocksPerSecond)
                && max(width, height) * max(width, height) <= 8 * level.macroblocks
                && kilobits <= level.kilobits
        }
        return fitting ?? levels[levels.count - 1]
    }

    private static let levels = [
        H264Level(description: "1.0", macroblocksPerSecond: 1_485, macroblocks: 99, kilobits: 80),
        H264Level(description: "1.1", macroblocksPerSecond: 3_000, macroblocks: 396, kilobits: 240),
        H264Level(description: "1.2", macroblocksPerSecond: 6_000, macroblocks: 396, kilobits: 480),
        H264Level(description: "1.3", macroblocksPerSecond: 11_880, macroblocks: 396, kilobits: 960),
        H264Level(description: "2.0", macroblocksPerSecond: 11_880, macroblocks: 396, kilobits: 2_500),
        H264Level(description: "2.1", macroblocksPerSecond: 19_800, macroblocks: 792, kilobits: 5_000),
        H264Level(description: "2.2", macroblocksPerSecond: 20_250, macroblocks: 1_620, kilobits: 5_000),
        H264Level(description: "3.0", macroblocksPerSecond: 40_500, macroblocks: 1_620, kilobits: 12_500),
        H264Level(description: "3.1", macroblocksPerSecond: 108_000, macroblocks: 3_600, kilobits: 17_500),
        H264Level(description: "3.2", macroblocksPerSecond: 216_000, macroblocks: 5_120, kilobits: 25_000),
        H264Level(description: "4.0", macroblocksPerSecond: 245_760, macroblocks: 8_192, kilobits: 25_000),
        H264Level(description: "4.1", macroblocksPerSecond: 245_760, macroblocks: 8_192, kilobits: 62_500),
        H264Level(description: "4.2", macroblocksPerSecond: 522_240, macroblocks: 8_704, kilobits: 62_500),
        H264Level(description: "5.0", macroblocksPerSecond: 589_824, macroblocks: 22_080, kilobits: 168_750),
        H264Level(description: "5.1", macroblocksPerSecond: 983_040, macroblocks: 36_864, kilobits: 300_000),
        H264Level(description: "5.2", macroblocksPerSecond: 2_073_600, macroblocks: 36_864, kilobits: 300_000),
    ]
}
