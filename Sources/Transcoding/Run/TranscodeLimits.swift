import VLogCore

/// How long a transcode may take.
package struct TranscodeLimits: Sendable {
    /// For a start, whatever the source.
    package var base: Duration = .seconds(600)
    /// For each second of a rung of 1920×1080 in H.264; other sizes have their share by area, other codecs twice as much.
    package var perSecondOfRung: Duration = .seconds(20)
    /// Without any progress, not counting the time in which the sink keeps ffmpeg waiting.
    package var stall: Duration = .seconds(120)

    /// Between two checkpoints; what was encoded since the last one is encoded again by the next run.
    package var checkpointEvery: Duration = .seconds(5)

    package init() {}

    func total(for plan: TranscodePlan) -> Duration {
        base + perSecondOfRung * (plan.duration * plan.rungs.reduce(0) { $0 + $1.share })
    }
}

extension Rung {
    /// Of the time that a rung of 1920×1080 in H.264 may take; small ones are never below a fifth.
    fileprivate var share: Double {
        max(0.2, Double(size.area) / Double(1920 * 1080)) * (codec == .h264 ? 1 : 2)
    }
}
