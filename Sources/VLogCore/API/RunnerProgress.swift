/// How far a runner with one job is: what its `/progress` answers, and what the operator asks for.
package struct RunnerProgress: Codable, Sendable, Equatable {
    package var stage: JobStage
    /// 0 to 100 over the whole job.
    package var percent: Double

    package init(stage: JobStage, percent: Double) {
        self.stage = stage
        self.percent = percent
    }
}
