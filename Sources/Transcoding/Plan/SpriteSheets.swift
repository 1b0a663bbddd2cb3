import Packaging
import VLogCore

/// Pictures for the seek bar: one per interval, from its middle, on sheets that a WebVTT file names the parts of.
package struct SpriteSheets: Sendable, Equatable {
    package let folder: String
    /// Pictures in all.
    package let count: Int
    /// Per sheet; fewer than the layout has when all of them fit on a part of one sheet.
    package let columns: Int
    package let rows: Int
    package let width: Int
    package let height: Int
    /// Frames from one picture to the next, and from the start to the first.
    let framesApart: Int
    let firstFrame: Int
    private let source: ProbedSource.Video
    private let secondsPerFrame: Double
    private let frameCount: Int

    init(layout: SpriteLayout, folder: String, source: ProbedSource.Video, frameCount: Int) {
        let frameRate = source.frameRate.framesPerSecond
        self.folder = folder
        self.source = source
        self.frameCount = frameCount
        secondsPerFrame = 1 / frameRate
        framesApart = max(1, Int((Double(layout.interval) * frameRate).rounded()))
        firstFrame = min(framesApart / 2, frameCount / 2)
        count = max(1, (frameCount - firstFrame + framesApart - 1) / framesApart)
        columns = min(layout.columns, count)
        rows = min(layout.rows, (count + columns - 1) / columns)
        width = layout.width
        height = layout.height
    }

    var sheets: Int { (count + columns * rows - 1) / (columns * rows) }
    static func sheetName(_ number: Int) -> String { "sheet_\(number).jpg" }

    /// From the source's pictures, at a constant rate, to sheets. Only those that are chosen are worked on.
    /// `download` brings them from where they lie.
    func filters(download: [String]) -> [String] {
        ["select=not(mod(n-\(firstFrame)\\,\(framesApart)))"]
            + download + ColourFilters(video: source, size: fitted, scaler: FilterGraph.scaler).filters + [
                "pad=\(width):\(height):-1:-1", "setsar=1", "tile=\(columns)x\(rows)",
                "scale=in_range=limited:out_range=full", "format=yuvj420p",
            ]
    }

    /// The largest size of the source's shape in a picture.
    private var fitted: PixelSize {
        let shape = source.displaySize
        let scale = min(Double(width) / Double(shape.width), Double(height) / Double(shape.height))
        return PixelSize(
            min(width, Int((Double(shape.width) * scale).rounded())),
            min(height, Int((Double(shape.height) * scale).rounded()))
        ).even
    }

    /// One cue per picture; together they cover the whole video without a gap.
    var webVTT: String {
        var text = "WEBVTT\n"
        for index in 0..<count {
            let end = index == count - 1 ? frameCount : (index + 1) * framesApart
            let cell = index % (columns * rows)
            let (x, y) = (cell % columns * width, cell / columns * height)
            let sheet = SpriteSheets.sheetName(index / (columns * rows))
            text += "\n\(time(index * framesApart)) --> \(time(end))\n\(sheet)#xywh=\(x),\(y),\(width),\(height)\n"
        }
        return text
    }

    private func time(_ frame: Int) -> String {
        let milliseconds = Int((Double(frame) * secondsPerFrame * 1_000).rounded())
        let fields = [milliseconds / 3_600_000, milliseconds / 60_000 % 60, milliseconds / 1_000 % 60]
        let clock = fields.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        let rest = String(milliseconds % 1_000)
        return "\(clock).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }
}
