import VLogCore

/// Proves what a machine can do, before it takes jobs.
package protocol Preflight: Sendable {
    /// Throws `CancellationError` only: what goes wrong makes the machine unfit.
    func check() async throws -> Fitness
}

/// What a preflight found.
package enum Fitness: Sendable {
    case able(RunnerSkills, any JobTranscoding)
    /// It can do no job; the sentence says why, and what to do about it.
    case unfit(String)
}

/// What jobs can be made in on a machine and with what, as `WorkerCapabilities` names it.
package struct RunnerSkills: Sendable, Equatable {
    package var codecs: [String]
    package var accelerators: [String]
    /// Whether HDR sources can be mapped to the standard range.
    package var mapsTones: Bool
    /// How many jobs the machine does at once no slower than one after the other.
    package var jobsAtOnce: Int

    package init(
        codecs: [String] = ["h264"],
        accelerators: [String] = ["cpu"],
        mapsTones: Bool = true,
        jobsAtOnce: Int = 1
    ) {
        self.codecs = codecs
        self.accelerators = accelerators
        self.mapsTones = mapsTones
        self.jobsAtOnce = jobsAtOnce
    }
}
