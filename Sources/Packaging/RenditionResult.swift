/// What a finished rung is, measured from its segments.
package struct RenditionResult: Sendable, Equatable {
    package let track: TrackID
    /// Pixels, as displayed.
    package let width: Int
    package let height: Int
    package let frameRate: FrameRate
    /// Bits per second: the peak over runs of segments of 0.5 to 1.5 target durations, plus that of the largest sound
    /// track (RFC 8216bis section 4.4.6.2).
    package let bandwidth: Int
    /// Bits per second over the whole, the largest sound track included.
    package let averageBandwidth: Int
    /// RFC 6381, for example `avc1.640028,mp4a.40.2`.
    package let codecs: String
}
