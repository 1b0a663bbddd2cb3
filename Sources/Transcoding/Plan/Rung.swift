import VLogCore

/// One quality of the ladder: its size, its share of bits, and what the encoder must promise.
package struct Rung: Sendable, Equatable {
    package let quality: Quality
    /// Upright, even, square pixels.
    package let size: PixelSize
    /// kbit/s that the encoder may not pass over `bufferKilobits`.
    package let maximumKilobits: Int
    package let level: H264Level

    package var bufferKilobits: Int { maximumKilobits * 3 / 2 }

    init(quality: Quality, size: PixelSize, frameRate: Double) {
        self.quality = quality
        self.size = size
        maximumKilobits = RateControl.maximumKilobits(size: size, frameRate: frameRate)
        level = H264Level.smallest(size: size, frameRate: frameRate, kilobits: maximumKilobits)
    }

    /// The rungs that a source is offered in, best first: those of `qualities` that are not above it by the short
    /// side. One that is above by less than 2 % counts as its size (479 lines are 480p), yet nothing is enlarged.
    /// A source below all of them gets one rung of its own size.
    static func ladder(for source: PixelSize, qualities: [Quality], frameRate: Double) -> [Rung] {
        let own = source.even
        let fitting = Set(qualities).sorted(by: >).filter { $0.lines * 50 <= source.shortSide * 51 }
        guard !fitting.isEmpty else {
            return [Rung(quality: Quality(lines: own.shortSide), size: own, frameRate: frameRate)]
        }
        return fitting.map { quality in
            Rung(quality: quality, size: size(of: source, lines: quality.lines), frameRate: frameRate)
        }
    }

    /// The source's shape with a short side of `lines`, or its own size when that is smaller.
    private static func size(of source: PixelSize, lines: Int) -> PixelSize {
        let own = source.even
        guard lines < own.shortSide else { return own }
        let long = Double(source.longSide) * Double(lines) / Double(source.shortSide)
        let even = PixelSize(max(2, Int((long / 2).rounded()) * 2), max(2, lines & ~1))
        return source.isUpright ? even.turned : even
    }
}
