import Packaging

extension FrameRate {
    /// The rates that outputs may have: those of cameras and broadcast, and low ones of screen recordings.
    static let standard: [FrameRate] = [
        (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (8, 1), (10, 1), (12, 1), (25, 2), (15, 1), (20, 1),
        (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48000, 1001), (48, 1), (50, 1), (60000, 1001),
        (60, 1),
    ].compactMap { FrameRate($0.0, $0.1) }

    /// The standard rate nearest to a measured one. Rates above 60 are divided first, so that every second, third, …
    /// picture is kept instead of an uneven choice.
    static func snapped(_ measured: Double) -> FrameRate {
        let divisor = (measured / 60.5).rounded(.up)
        let wanted = divisor > 1 ? measured / divisor : measured
        let nearest = standard.min { left, right in
            abs(left.framesPerSecond - wanted) < abs(right.framesPerSecond - wanted)
        }
        return nearest ?? FrameRate.fallback
    }

    /// For sources that do not say: stills with sound, broken headers.
    static let fallback = standard.first { $0.framesPerSecond == 25 } ?? standard[0]
}
