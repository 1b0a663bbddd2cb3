/// Where segments are cut: the same for every track of a ladder, known before the first byte.
struct SegmentGrid: Sendable, Equatable {
    let gopsPerSegment: Int
    /// Length of every picture segment but the last.
    let segmentTime: MediaTime
    /// EXT-X-TARGETDURATION of all playlists, in seconds; constant, so that a playlist only ever grows.
    let targetDuration: Int

    /// Sound is cut at its own frames, up to one of them (1024 samples, at 22,050 Hz or more) off the boundary.
    private static let audioSlack = 50_000

    init(tracks: [TrackDescription], gopsPerSegment: Int) throws(PackagingError) {
        guard (1...64).contains(gopsPerSegment) else {
            throw PackagingError(.invalidDescription, "\(gopsPerSegment) GOPs per segment")
        }
        self.gopsPerSegment = gopsPerSegment
        segmentTime = try Self.commonTime(tracks, gopsPerSegment)
        let microseconds = segmentTime.microseconds + Self.audioSlack
        targetDuration = max(1, (microseconds + 500_000) / 1_000_000)
    }

    /// Whether a segment may be announced under the target duration (RFC 8216bis section 4.4.3.1).
    func allows(_ duration: MediaTime) -> Bool {
        (duration.microseconds + 500_000) / 1_000_000 <= targetDuration
    }

    private static func commonTime(
        _ tracks: [TrackDescription],
        _ gopsPerSegment: Int
    ) throws(PackagingError) -> MediaTime {
        var common: MediaTime?
        for track in tracks {
            guard case .video(let video) = track.content else { continue }
            let time = try segmentTime(of: video, track.id, gopsPerSegment)
            guard time == common ?? time else {
                throw PackagingError(.invalidDescription, "\(track.id): GOPs of another length than the first rung's")
            }
            common = time
        }
        guard let common else { throw PackagingError(.invalidDescription, "a ladder without a rung") }
        return common
    }

    private static func segmentTime(
        of video: TrackDescription.Video,
        _ track: TrackID,
        _ gopsPerSegment: Int
    ) throws(PackagingError) -> MediaTime {
        guard (1...60_000).contains(video.framesPerGOP) else {
            throw PackagingError(.invalidDescription, "\(track): GOPs of \(video.framesPerGOP) frames")
        }
        let ticks = gopsPerSegment * video.framesPerGOP * video.frameRate.denominator
        let time = MediaTime(ticks: ticks, timescale: video.frameRate.numerator)
        guard time <= MediaTime(ticks: 60, timescale: 1) else {
            throw PackagingError(.invalidDescription, "\(track): segments of over 60 seconds")
        }
        return time
    }
}
