import Catalog
import Foundation
import VLogCore

/// Something about the work of runners that a person should know. Encoded, it is the body of the webhook; `text` alone is
/// what Slack, Mattermost and their kin show.
struct Alert: Sendable, Equatable, Encodable {
    enum Kind: String, Sendable, CaseIterable, Encodable {
        /// The runner was not heard of until its lease ended; the job is queued again.
        case stale = "transcode.stale"
        /// An attempt failed and will be repeated.
        case attemptFailed = "transcode.attempt_failed"
        /// The video has failed: another attempt would not end differently.
        case failed = "transcode.failed"
        /// The video has failed: all of its attempts did.
        case retriesUsedUp = "transcode.retries_used_up"
    }

    let event: Kind
    var text: String
    let videoID: VideoID
    let jobID: JobID
    let attempt: Int
    let worker: String?
    let errorCode: FailureCode?
    let error: String?
    let time: Date
    /// How many of this kind this one stands for: those since the last that was sent, and itself.
    var count = 1

    private enum CodingKeys: String, CodingKey {
        case event, text, attempt, worker, error, time, count
        case videoID = "video_id"
        case jobID = "job_id"
        case errorCode = "error_code"
    }
}

extension Alert {
    /// What is to be told about a job whose attempt has just ended; nil for one that the admin cancelled.
    init?(_ job: JobAccount, lostLease: Bool, at time: Date = Date()) {
        let by = job.worker.map { " on worker \($0)" } ?? ""
        let why = job.error.map { " \($0)" } ?? ""
        let kind: Kind
        switch job.state {
        case .queued where lostLease:
            kind = .stale
            text = "\"\(job.title)\": attempt \(job.attempt)\(by) was not heard of any more. It is queued again."
        case .queued:
            kind = .attemptFailed
            text = "\"\(job.title)\": attempt \(job.attempt)\(by) failed and will be repeated.\(why)"
        case .failed where job.errorCode?.isRetryable == false:
            kind = .failed
            text = "\"\(job.title)\" failed\(by).\(why)"
        case .failed:
            kind = .retriesUsedUp
            text = "\"\(job.title)\" failed after \(job.attempt) attempts, the last\(by).\(why)"
        case .running, .finalising, .completed, .cancelled: return nil
        }
        event = kind
        videoID = job.videoID
        jobID = job.jobID
        attempt = job.attempt
        worker = job.worker
        errorCode = job.errorCode
        error = job.error
        self.time = time
    }
}
