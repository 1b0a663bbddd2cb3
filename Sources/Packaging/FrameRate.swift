/// Frames per second as an exact fraction, as encoders and DASH write it: 30000/1001, not 29.97.
package struct FrameRate: Hashable, Sendable, CustomStringConvertible {
    package let numerator: Int
    package let denominator: Int

    /// Reduces the fraction; nil unless both parts are 1 to 1,000,000 and the rate is 1 or more.
    package init?(_ numerator: Int, _ denominator: Int = 1) {
        guard (1...1_000_000).contains(numerator), (1...numerator).contains(denominator) else { return nil }
        let divisor = FrameRate.greatestCommonDivisor(numerator, denominator)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    package var framesPerSecond: Double { Double(numerator) / Double(denominator) }

    /// As ffmpeg and `@frameRate` of DASH have it: `30000/1001`, `25`.
    package var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }

    private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        right == 0 ? left : greatestCommonDivisor(right, left % right)
    }
}
