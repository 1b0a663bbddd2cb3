/// The screen that a picture of high dynamic range was graded on (SMPTE ST 2086), and how bright the content gets
/// (CTA-861.3), in the units of an HEVC SEI message: 0.00002 for chromaticity, 0.0001 cd/m² for luminance.
package struct MasteringDisplay: Sendable, Equatable {
    struct Point: Sendable, Equatable {
        let x: Int
        let y: Int
    }

    let red: Point
    let green: Point
    let blue: Point
    let white: Point
    let minimumLuminance: Int
    let maximumLuminance: Int
    /// cd/m²; nil when the file does not say.
    let light: (content: Int, average: Int)?

    /// Nil unless the display is described completely.
    init?(_ sideData: [ProbeOutput.SideData]) {
        func point(_ x: String?, _ y: String?) -> Point? {
            guard let x = ProbeOutput.ratio(x), let y = ProbeOutput.ratio(y), x <= 1, y <= 1 else { return nil }
            return Point(x: Int((x * 50_000).rounded()), y: Int((y * 50_000).rounded()))
        }
        func luminance(_ text: String?) -> Int? {
            ProbeOutput.ratio(text).flatMap { $0 <= 10_000 ? Int(($0 * 10_000).rounded()) : nil }
        }
        guard let data = sideData.first(where: { $0.redX != nil }),
            let red = point(data.redX, data.redY), let green = point(data.greenX, data.greenY),
            let blue = point(data.blueX, data.blueY), let white = point(data.whiteX, data.whiteY),
            let maximum = luminance(data.maximumLuminance)
        else { return nil }
        (self.red, self.green, self.blue, self.white) = (red, green, blue, white)
        // A minimum of 0 is a ratio that `ratio` refuses.
        minimumLuminance = luminance(data.minimumLuminance) ?? 0
        maximumLuminance = maximum
        light =
            sideData.lazy.compactMap { data in
                guard let content = data.maximumContent, let average = data.maximumAverage,
                    (0...10_000).contains(content), (0...10_000).contains(average)
                else { return nil }
                return (content, average)
            }.first
    }

    package static func == (left: MasteringDisplay, right: MasteringDisplay) -> Bool {
        left.x265Parameters == right.x265Parameters
    }

    /// Parameters of x265, without a leading colon.
    var x265Parameters: [String] {
        let display =
            "G(\(green.x),\(green.y))B(\(blue.x),\(blue.y))R(\(red.x),\(red.y))WP(\(white.x),\(white.y))"
            + "L(\(maximumLuminance),\(minimumLuminance))"
        return ["master-display=\(display)"] + (light.map { ["max-cll=\($0.content),\($0.average)"] } ?? [])
    }
}
