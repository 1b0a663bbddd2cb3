import Foundation

/// How far one rung is.
package struct QualityProgress: Codable, Sendable, Equatable {
    package var quality: Quality
    /// 0 to 100, from the segments that exist.
    package var percent: Double
    package var segments: Int

    package init(quality: Quality, percent: Double, segments: Int) {
        self.quality = quality
        self.percent = percent
        self.segments = segments
    }
}

/// Why a video is not moving, as a closed list; `ProgressBody.waiting` is the sentence made of it.
package enum WaitingReason: String, Codable, Sendable, CaseIterable {
    /// No runner has been heard of lately.
    case noRunner = "no_runner"
    /// Other jobs are before this one.
    case inQueue = "in_queue"
    /// An attempt failed; the next one starts at `retry_at`.
    case retryLater = "retry_later"
    /// A runner is free and will take it within moments.
    case starting
    /// Runners are there, but each is being drained or in quarantine.
    case noneTaking = "none_taking"
    /// Runners take jobs, but none has the encoder or the room for this one.
    case noneAble = "none_able"
    /// Kubernetes has it, and has not started it yet.
    case cluster
}

/// How far a video is: the body of `GET …/progress`, of every SSE `progress` event, and a part of `AdminVideo`.
package struct ProgressBody: Codable, Sendable, Equatable {
    package var videoID: VideoID
    package var status: VideoStatus
    package var jobID: JobID?
    package var jobState: JobState?
    package var stage: JobStage?
    /// 0 to 100 over all rungs.
    package var percent: Double
    /// Best first; empty until the runner has made its plan.
    package var qualities: [QualityProgress]
    /// The attempt that runs or ran last, from 1.
    package var attempt: Int
    /// The name of the worker that has the job.
    package var worker: String?
    package var priority: JobPriority?
    /// What made the pictures of the newest job's result, for example `h264_nvenc`.
    package var encoder: String?
    package var waitingReason: WaitingReason?
    /// Why it waits, as a sentence; nil while it moves.
    package var waiting: String?
    package var retryAt: Date?
    package var errorCode: FailureCode?
    /// What went wrong and what to do about it, as a sentence. Also set while a retry is due.
    package var error: String?
    /// The end of the log of the attempt that failed. Only on the Admin API.
    package var logTail: String?

    package init(
        videoID: VideoID,
        status: VideoStatus,
        jobID: JobID? = nil,
        jobState: JobState? = nil,
        stage: JobStage? = nil,
        percent: Double,
        qualities: [QualityProgress] = [],
        attempt: Int = 0,
        worker: String? = nil,
        priority: JobPriority? = nil,
        encoder: String? = nil,
        waitingReason: WaitingReason? = nil,
        waiting: String? = nil,
        retryAt: Date? = nil,
        errorCode: FailureCode? = nil,
        error: String? = nil,
        logTail: String? = nil
    ) {
        self.videoID = videoID
        self.status = status
        self.jobID = jobID
        self.jobState = jobState
        self.stage = stage
        self.percent = percent
        self.qualities = qualities
        self.attempt = attempt
        self.worker = worker
        self.priority = priority
        self.encoder = encoder
        self.waitingReason = waitingReason
        self.waiting = waiting
        self.retryAt = retryAt
        self.errorCode = errorCode
        self.error = error
        self.logTail = logTail
    }

    enum CodingKeys: String, CodingKey {
        case status, stage, percent, qualities, attempt, worker, priority, encoder, waiting, error
        case videoID = "video_id"
        case jobID = "job_id"
        case jobState = "job_state"
        case waitingReason = "waiting_reason"
        case retryAt = "retry_at"
        case errorCode = "error_code"
        case logTail = "log_tail"
    }
}
