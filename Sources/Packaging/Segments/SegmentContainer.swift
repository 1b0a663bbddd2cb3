/// What segments are, as far as playlists must say it.
enum SegmentContainer: Sendable, Equatable {
    case fragmentedMP4, transportStream

    /// EXT-X-VERSION (RFC 8216bis section 8).
    var playlistVersion: Int {
        switch self {
        case .fragmentedMP4: 7
        case .transportStream: 4
        }
    }

    func segmentName(_ number: Int) -> String {
        switch self {
        case .fragmentedMP4: "segment_\(number).m4s"
        case .transportStream: "segment_\(number).ts"
        }
    }

    /// The line that names the init, and its end; a transport stream has its tables in every segment.
    var mapLine: String {
        switch self {
        case .fragmentedMP4: "#EXT-X-MAP:URI=\"init.mp4\"\n"
        case .transportStream: ""
        }
    }
}
