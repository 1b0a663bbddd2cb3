/// `stream.m3u8` of a track (RFC 8216bis section 4.4.3).
///
/// While the job runs it is an EVENT playlist: the text only grows at its end, which is why it is kept and added to.
/// Durations are differences of rounded times, so that their sums never drift.
struct MediaPlaylist: Sendable {
    private let targetDuration: Int
    private let container: SegmentContainer
    private var lines = ""
    private(set) var count = 0

    init(targetDuration: Int, container: SegmentContainer = .fragmentedMP4) {
        self.targetDuration = targetDuration
        self.container = container
    }

    mutating func append(_ entry: SegmentEntry, timescale: Int) {
        let start = MediaTime(ticks: entry.start, timescale: timescale).microseconds
        let end = MediaTime(ticks: entry.end, timescale: timescale).microseconds
        lines += "#EXTINF:\(HLSDecimal.seconds(microseconds: end - start)),\n\(container.segmentName(count))\n"
        count += 1
    }

    /// What a player may read while more is to come.
    var event: String { header("EVENT") + lines }

    /// The same, final: nothing follows.
    var onDemand: String { header("VOD") + lines + "#EXT-X-ENDLIST\n" }

    private func header(_ type: String) -> String {
        """
        #EXTM3U
        #EXT-X-VERSION:\(container.playlistVersion)
        #EXT-X-TARGETDURATION:\(targetDuration)
        #EXT-X-MEDIA-SEQUENCE:0
        #EXT-X-PLAYLIST-TYPE:\(type)
        #EXT-X-INDEPENDENT-SEGMENTS
        \(container.mapLine)
        """
    }
}
