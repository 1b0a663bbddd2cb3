import VLogCore

/// Something that other servers must hear of, once it is committed. It only says where to look: what is so, the database
/// tells.
package enum Announcement: Hashable, Sendable {
    /// The job may be claimed now.
    case job(JobID, JobPriority)
    /// Claims that wait look again, all of them.
    case queue
    /// Something that a page shows of the video has changed.
    case video(VideoID)
    /// A worker's key may have ended.
    case workers
    /// Somebody looks at progress.
    case watching
    /// More happened than could be told: look at everything.
    case everything

    package var channel: Channel {
        switch self {
        case .job, .queue: .jobs
        case .video: .events
        case .workers: .workers
        case .watching: .watching
        case .everything: .everything
        }
    }

    /// What goes over the channel: an id, or nothing.
    package var payload: String {
        switch self {
        case .job(let job, _): "\(job)"
        case .video(let video): "\(video)"
        case .queue, .workers, .watching, .everything: ""
        }
    }

    package enum Channel: String, CaseIterable, Sendable {
        case jobs = "vlog_jobs"
        case events = "vlog_events"
        case workers = "vlog_workers"
        case watching = "vlog_watching"
        case everything = "vlog_everything"
    }
}
