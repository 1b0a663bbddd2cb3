import VLogCore

/// What a runner is doing at this moment; the executable serves it as `/health`, `/ready` and `/progress`.
package struct RunnerHealth: Codable, Sendable, Equatable {
    /// A job in progress.
    package struct Job: Codable, Sendable, Equatable {
        package var jobID: JobID
        package var videoID: VideoID
        package var attempt: Int
        package var stage: JobStage
        /// 0 to 100 over the whole job.
        package var percent: Double
        package var qualities: [QualityProgress]

        enum CodingKeys: String, CodingKey {
            case attempt, stage, percent, qualities
            case jobID = "job_id"
            case videoID = "video_id"
        }
    }

    /// The server answers and accepts the key, the machine is fit, and the runner is not stopping.
    package var ready = false
    package var jobs: [Job] = []
}
