/// `iframes.m3u8` of a rung (RFC 8216bis section 4.4.3.6): one entry per GOP, a byte range of a segment that holds the
/// moof and the key frame.
struct KeyFramePlaylist {
    private let table: SegmentTable
    private let container: SegmentContainer

    init(_ table: SegmentTable, container: SegmentContainer = .fragmentedMP4) {
        self.table = table
        self.container = container
    }

    var bandwidth: Bandwidth {
        let pieces = table.entries.flatMap(\.keyFrames).map {
            BandwidthMeter.Piece(duration: $0.duration, bytes: $0.length)
        }
        return BandwidthMeter(timescale: table.timescale, targetDuration: targetDuration).measure(pieces)
    }

    var text: String {
        var text = """
            #EXTM3U
            #EXT-X-VERSION:\(container.playlistVersion)
            #EXT-X-TARGETDURATION:\(targetDuration)
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-PLAYLIST-TYPE:VOD
            #EXT-X-I-FRAMES-ONLY
            \(container.mapLine)
            """
        for (number, entry) in table.entries.enumerated() { append(entry, number, to: &text) }
        return text + "#EXT-X-ENDLIST\n"
    }

    private func append(_ entry: SegmentEntry, _ number: Int, to text: inout String) {
        var start = entry.start
        for frame in entry.keyFrames {
            let end = start + frame.duration
            text += """
                #EXTINF:\(HLSDecimal.seconds(microseconds: microseconds(end) - microseconds(start))),
                #EXT-X-BYTERANGE:\(frame.length)@\(frame.offset)
                \(container.segmentName(number))

                """
            start = end
        }
    }

    /// Its own: a GOP is shorter than a segment.
    private var targetDuration: Int {
        let longest = table.entries.flatMap(\.keyFrames).map(\.duration).max() ?? 0
        return max(1, (microseconds(longest) + 500_000) / 1_000_000)
    }

    private func microseconds(_ ticks: Int) -> Int { MediaTime(ticks: ticks, timescale: table.timescale).microseconds }
}
