import VLogCore

/// How far a transcode is.
package struct TranscodeProgress: Sendable, Equatable {
    package let stage: JobStage
    /// 0 to 100 over the whole transcode.
    package let percent: Double
    /// Best first; empty until there is a plan.
    package let qualities: [QualityProgress]
    /// Seconds of video per second; nil until ffmpeg says.
    package let speed: Double?

    init(_ stage: JobStage, percent: Double = 0, qualities: [QualityProgress] = [], speed: Double? = nil) {
        self.stage = stage
        self.percent = percent
        self.qualities = qualities
        self.speed = speed
    }
}
