/// What one output of ffmpeg carries for HLS of the old kind: a picture and its sound in one transport stream, from
/// `-f mpegts -muxdelay 0 -muxpreload 0 -output_ts_offset 1`.
package struct TransportDescription: Sendable, Equatable {
    /// One path part of `a-z`, `0-9`, `_`, `-`; unique among the rungs.
    package let folder: String
    package let frameRate: FrameRate
    package let framesPerGOP: Int
    /// Pixels, as displayed.
    package let width: Int
    package let height: Int
    package let hasSound: Bool
    /// Bits per second that the encoder keeps to; what a running master declares until segments are measured.
    package let bitrateLimit: Int

    package var id: TrackID { TrackID(folder: folder) }

    package init(
        folder: String,
        frameRate: FrameRate,
        framesPerGOP: Int,
        width: Int,
        height: Int,
        hasSound: Bool,
        bitrateLimit: Int
    ) {
        self.folder = folder
        self.frameRate = frameRate
        self.framesPerGOP = framesPerGOP
        self.width = width
        self.height = height
        self.hasSound = hasSound
        self.bitrateLimit = bitrateLimit
    }

    /// `frames` in ticks of 90 kHz, rounded to the nearest.
    func ticks(frames: Int) -> Int {
        let numerator = Int128(frames) * 90_000 * Int128(frameRate.denominator)
        return Int((numerator + Int128(frameRate.numerator) / 2) / Int128(frameRate.numerator))
    }
}
