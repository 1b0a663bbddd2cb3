/// Width and height in pixels.
package struct PixelSize: Hashable, Sendable, CustomStringConvertible {
    package var width: Int
    package var height: Int

    package init(_ width: Int, _ height: Int) {
        self.width = width
        self.height = height
    }

    package var shortSide: Int { min(width, height) }
    package var longSide: Int { max(width, height) }
    package var isUpright: Bool { height > width }
    package var area: Int { width * height }
    package var turned: PixelSize { PixelSize(height, width) }
    package var description: String { "\(width)x\(height)" }

    /// The same size with odd sides one smaller, as 4:2:0 needs; at least 2×2.
    var even: PixelSize { PixelSize(max(2, width & ~1), max(2, height & ~1)) }
}
