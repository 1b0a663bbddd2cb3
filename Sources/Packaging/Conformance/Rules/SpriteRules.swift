/// Rules about lists of tiles: VTT-04.
enum SpriteRules {
    static func check(
        _ facts: WebVTTFacts,
        _ tiles: [SpriteTile?],
        _ sizes: [String: ImageSize],
        _ path: MediaPath,
        _ log: inout FindingLog
    ) {
        var end: Double?
        for (cue, tile) in zip(facts.cues, tiles) {
            let place = Place(path, line: cue.line)
            defer { end = cue.end }
            guard let tile else {
                log.report(.spriteCues, place, "The cue names no part of a picture: '\(cue.payload.prefix(80))'.")
                continue
            }
            if let size = sizes[tile.uri] {
                log.expect(
                    .spriteCues,
                    tile.lies(in: size),
                    place,
                    "The tile of \(tile.width)x\(tile.height) at \(tile.left),\(tile.top) is not inside \(tile.uri), "
                        + "which is \(size.width)x\(size.height)."
                )
            }
            if let end {
                log.expect(
                    .spriteCues,
                    abs(cue.start - end) < 0.002,
                    place,
                    "The cue starts at \(Seconds.text(cue.start)), the one before it ends at \(Seconds.text(end))."
                )
            }
        }
    }
}
