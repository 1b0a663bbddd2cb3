/// How long a transcode may take.
package struct TranscodeLimits: Sendable {
    /// For a start, whatever the source.
    package var base: Duration = .seconds(600)
    /// For each second of each rung.
    package var perSecondOfRung: Duration = .seconds(20)
    /// Without any progress, not counting the time in which the sink keeps ffmpeg waiting.
    package var stall: Duration = .seconds(120)

    package init() {}

    func total(for plan: TranscodePlan) -> Duration {
        base + perSecondOfRung * (plan.duration * Double(plan.rungs.count))
    }
}
