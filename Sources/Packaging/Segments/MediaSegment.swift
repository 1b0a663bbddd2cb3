/// A segment, whole, with what playlists say of it.
struct MediaSegment: Sendable, Equatable {
    let entry: SegmentEntry
    let bytes: [UInt8]
}

/// A line of a segment table. Times are ticks of the track.
struct SegmentEntry: Sendable, Equatable {
    let start: Int
    let duration: Int
    /// Size of the file.
    let bytes: Int
    /// Where the key frames of a video segment lie in it, in order; empty for sound.
    let keyFrames: [KeyFrameRange]

    var end: Int { start + duration }
}

/// A moof with its first sample, in a segment: what an I-frame playlist points at.
struct KeyFrameRange: Sendable, Equatable {
    let offset: Int
    let length: Int
    /// Ticks to the next key frame, or to the end.
    let duration: Int
}
