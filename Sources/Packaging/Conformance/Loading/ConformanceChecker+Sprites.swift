extension ConformanceChecker {
    /// Enough for a JPEG with a large preview before its frame header.
    private var imageHead: Int { 1 << 20 }

    /// WebVTT files that no playlist names are lists of tiles, or subtitles to be loaded by a page.
    mutating func checkSprites(_ listing: [MediaPath]) async {
        for path in listing where path.suffix == ".vtt" && !loader.named.contains(path) {
            do {
                let facts = WebVTTFacts(try await loader.text(path))
                SubtitleRules.check(facts, path, &log)
                await checkTiles(facts, path)
            } catch { log.report(.cueSyntax, Place(path), error.message) }
        }
    }

    private mutating func checkTiles(_ facts: WebVTTFacts, _ path: MediaPath) async {
        var sizes: [String: ImageSize] = [:]
        let tiles = facts.cues.map { SpriteTile($0.payload) }
        guard tiles.contains(where: { $0 != nil }) else { return }
        for (cue, tile) in zip(facts.cues, tiles) {
            guard let tile, sizes[tile.uri] == nil else { continue }
            do {
                let sheet = try loader.resolve(tile.uri, from: path)
                let bytes = try await loader.head(sheet, imageHead)
                guard let size = ImageSize(bytes) else {
                    log.report(.spriteCues, Place(path, line: cue.line), "'\(tile.uri)' is no JPEG and no PNG.")
                    continue
                }
                sizes[tile.uri] = size
            } catch { log.report(.spriteCues, Place(path, line: cue.line), error.message) }
        }
        SpriteRules.check(facts, tiles, sizes, path, &log)
    }
}
