extension ConformanceChecker {
    /// Reads the bytes that an I-frame playlist names, and nothing around them.
    mutating func checkKeyFrames(_ track: LoadedTrack) async {
        for entry in track.playlist.segments {
            let place = track.playlist.read.place(entry.line)
            do {
                let path = try loader.resolve(entry.resource.uri, from: track.path)
                guard let range = entry.resource.range else {
                    let content = try await loader.segment(path, nil, entry.map.flatMap { track.initializations[$0] })
                    KeyFramePlaylistRules.check(whole: content, place, &log)
                    continue
                }
                let bytes = try await loader.part(path, range)
                guard bytes.first != 0x47 else {
                    KeyFramePlaylistRules.check(transport: bytes, place, &log)
                    continue
                }
                let facts = SegmentReader.read(bytes, entry.map.flatMap { track.initializations[$0]?.facts })
                KeyFramePlaylistRules.check(part: facts, place, &log)
            } catch { log.report(.uriResolves, place, error.message) }
        }
    }
}
