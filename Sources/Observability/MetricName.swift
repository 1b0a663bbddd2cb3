/// Every metric of the product, with the help text that `/metrics` shows. Names follow the Prometheus naming rules:
/// a base unit, and `_total` for what only grows. Labels come from closed sets: never an id, a path or a user's text.
package enum MetricName: String, CaseIterable, Sendable {
    case httpRequests = "vlog_http_requests_total"
    case httpDuration = "vlog_http_request_duration_seconds"
    case uploads = "vlog_uploads_total"
    case uploadBytes = "vlog_upload_bytes_total"
    case videos = "vlog_videos"
    case jobs = "vlog_jobs"
    case jobOutcomes = "vlog_job_outcomes_total"
    case workersOnline = "vlog_workers_online"
    case leasesExpired = "vlog_leases_expired_total"
    case eventSubscribers = "vlog_event_subscribers"
    case transcodeDuration = "vlog_transcode_duration_seconds"

    /// What it counts, and what its labels are.
    package var help: String {
        switch self {
        case .httpRequests: "HTTP requests by API, route template, method and status."
        case .httpDuration: "Time from request head to response end by API, route template and method."
        case .uploads: "Uploads by outcome."
        case .uploadBytes: "Bytes of accepted uploads."
        case .videos: "Videos that are not deleted, by status."
        case .jobs: "Transcoding jobs by state."
        case .jobOutcomes: "Ended attempts by outcome: completed, released, or a failure code."
        case .workersOnline: "Enabled workers that were heard of in the last minute."
        case .leasesExpired: "Leases that ran out and whose jobs were queued again."
        case .eventSubscribers: "Open event streams."
        case .transcodeDuration: "Time from claim to complete of transcodes that a runner of this process finished."
        }
    }
}
