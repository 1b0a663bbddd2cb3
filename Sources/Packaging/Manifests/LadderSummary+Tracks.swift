extension LadderSummary {
    /// Summarises the tracks that have segments. Until the end, rates are the larger of what was measured and what the
    /// encoder keeps to: a dark opening must not let a player believe that a rung is cheap.
    init(_ tracks: [TrackPackager], subtitles: [SubtitleDescription], grid: SegmentGrid, isFinal: Bool) {
        var videos: [Video] = []
        var audios: [Audio] = []
        for track in tracks {
            guard let table = track.table, !table.entries.isEmpty else { continue }
            let bandwidth = Self.bandwidth(track.description, table, grid, isFinal: isFinal)
            switch (track.initialization?.format, track.description.content) {
            case (.video(let format), .video(let video)):
                let keyFrames = isFinal ? KeyFramePlaylist(table).bandwidth : nil
                videos.append(
                    Video(
                        folder: track.id.folder,
                        format: format,
                        frameRate: video.frameRate,
                        bandwidth: bandwidth,
                        keyFrames: keyFrames,
                        table: table
                    )
                )
            case (.audio(let format), .audio(let audio)):
                audios.append(
                    Audio(
                        folder: track.id.folder,
                        format: format,
                        language: audio.language,
                        name: Self.name(
                            audio.name,
                            track.id,
                            besides: audios.filter { $0.format.channels == format.channels }.map(\.name)
                        ),
                        isDefault: audio.isDefault,
                        bandwidth: bandwidth,
                        table: table
                    )
                )
            default: continue
            }
        }
        self.init(videos: videos, audios: audios, subtitles: subtitles, targetDuration: grid.targetDuration)
    }

    private static func bandwidth(
        _ description: TrackDescription,
        _ table: SegmentTable,
        _ grid: SegmentGrid,
        isFinal: Bool
    ) -> Bandwidth {
        let pieces = table.entries.map { BandwidthMeter.Piece(duration: $0.duration, bytes: $0.bytes) }
        let meter = BandwidthMeter(timescale: table.timescale, targetDuration: grid.targetDuration)
        let measured = meter.measure(pieces)
        let limit = Bandwidth(peak: description.bitrateLimit, average: description.bitrateLimit)
        return isFinal ? measured : measured.merging(limit)
    }

    /// NAME must not be empty, and is unique in its group.
    private static func name(_ name: String, _ track: TrackID, besides others: [String]) -> String {
        let cleaned = HLSAttributeList.cleaned(name)
        guard cleaned.contains(where: { !$0.isWhitespace }) else { return track.folder }
        return others.contains(cleaned) ? "\(cleaned) (\(track.folder))" : cleaned
    }
}
