import Foundation
import Postgres
import VLogCore

/// The newest job of a video, as whoever hands jobs to Kubernetes sees it.
package struct ClusterJob: PostgresRowDecodable, Sendable, Equatable {
    package var jobID: JobID
    package var videoID: VideoID
    package var state: JobState
    package var priority: JobPriority
    package var profile: TranscodeProfile
    /// When it may be claimed.
    package var notBefore: Date
    /// The name of the TranscodeJob that does it; nil while none does.
    package var name: String?
    /// The UID of that TranscodeJob, once it is made.
    package var uid: String?
    package var message: String?
    package var traceID: String?

    package init(
        jobID: JobID,
        videoID: VideoID,
        state: JobState,
        priority: JobPriority,
        profile: TranscodeProfile,
        notBefore: Date
    ) {
        self.jobID = jobID
        self.videoID = videoID
        self.state = state
        self.priority = priority
        self.profile = profile
        self.notBefore = notBefore
    }

    package init(row: PostgresRow) throws(PostgresError) {
        jobID = try row.decode("id")
        videoID = try row.decode("video_id")
        state = try row.decode("state")
        priority = try row.decode("priority")
        profile = try row.decode("profile", as: PostgresJSON<TranscodeProfile>.self).value
        notBefore = try row.decode("not_before")
        name = try row.decode("cluster_job")
        uid = try row.decode("cluster_job_uid")
        message = try row.decode("cluster_message")
        traceID = try row.decode("trace_id")
    }
}

/// What a pod gets when it asks for its job.
package enum PodClaim: Sendable {
    case claimed(ClaimedRow)
    /// The result is there: nothing is left to do.
    case done
    /// The job was cancelled or has failed, or its video is deleted.
    case gone
}
