/// The lowest level whose limits on picture size and on samples per second hold a stream.
enum PictureLevel {
    /// level_idc, macroblocks per second, macroblocks per picture: ITU-T H.264 table A-1.
    private static let avc = [
        (10, 1485, 99), (11, 3000, 396), (12, 6000, 396), (13, 11_880, 396), (20, 11_880, 396), (21, 19_800, 792),
        (22, 20_250, 1620), (30, 40_500, 1620), (31, 108_000, 3600), (32, 216_000, 5120), (40, 245_760, 8192),
        (42, 522_240, 8704), (50, 589_824, 22_080), (51, 983_040, 36_864), (52, 2_073_600, 36_864),
    ]

    /// level_idc, luma samples per second, per picture: ITU-T H.265 tables A.8 and A.9.
    private static let hevc = [
        (30, 552_960, 36_864), (60, 3_686_400, 122_880), (63, 7_372_800, 245_760), (90, 16_588_800, 552_960),
        (93, 33_177_600, 983_040), (120, 66_846_720, 2_228_224), (123, 133_693_440, 2_228_224),
        (150, 267_386_880, 8_912_896), (153, 534_773_760, 8_912_896), (156, 1_069_547_520, 8_912_896),
    ]

    /// Nil when no level up to 5.2 does. `rate` is in pictures per second.
    static func neededAVC(width: Int, height: Int, rate: Double) -> Int? {
        let blocks = ((width + 15) / 16) * ((height + 15) / 16)
        return avc.first { Double(blocks) * rate <= Double($0.1) * 1.001 && blocks <= $0.2 }?.0
    }

    /// Nil when no level up to 5.2 does.
    static func neededHEVC(width: Int, height: Int, rate: Double) -> Int? {
        let samples = width * height
        return hevc.first { Double(samples) * rate <= Double($0.1) * 1.001 && samples <= $0.2 }?.0
    }
}
