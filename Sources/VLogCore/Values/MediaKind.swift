/// The kinds of file below a video's folder, by extension, with the type each is served as
/// (RFC 8216bis section 4, ISO/IEC 23009-1 annex C, RFC 9559).
package enum MediaKind: String, Sendable, CaseIterable {
    case hlsPlaylist = "m3u8"
    case dashManifest = "mpd"
    case transportSegment = "ts"
    case segment = "m4s"
    case mp4 = "mp4"
    case webVTT = "vtt"
    case jpeg = "jpg"

    package init?(fileExtension: some StringProtocol) { self.init(rawValue: String(fileExtension)) }

    /// The value of `Content-Type`.
    package var contentType: String {
        switch self {
        case .hlsPlaylist: "application/vnd.apple.mpegurl"
        case .dashManifest: "application/dash+xml"
        case .transportSegment: "video/mp2t"
        case .segment: "video/iso.segment"
        case .mp4: "video/mp4"
        case .webVTT: "text/vtt; charset=utf-8"
        case .jpeg: "image/jpeg"
        }
    }
}
