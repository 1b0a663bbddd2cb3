import Foundation

/// What a runner can do; sent when it registers and with every claim.
package struct WorkerCapabilities: Codable, Sendable, Equatable {
    /// The program's version, for the gate against stale workers.
    package var version: String
    /// Video codecs it can encode, for example `h264`.
    package var codecs: [String]
    /// `cpu`, `nvidia` or `intel`.
    package var accelerators: [String]
    /// Bytes free in its scratch folder.
    package var freeBytes: Int64
    /// Whether it maps sources of a high dynamic range to the standard one.
    package var toneMaps: Bool
    /// The short side, in pixels, of the largest source that it takes; nil takes any.
    package var largestSource: Int?
    /// Why it cannot do anything now, as a sentence; nil when it can. It gets no jobs then, and is shown as in quarantine.
    package var fault: String?

    package init(
        version: String,
        codecs: [String],
        accelerators: [String],
        freeBytes: Int64,
        toneMaps: Bool = true,
        largestSource: Int? = nil,
        fault: String? = nil
    ) {
        self.version = version
        self.codecs = codecs
        self.accelerators = accelerators
        self.freeBytes = freeBytes
        self.toneMaps = toneMaps
        self.largestSource = largestSource
        self.fault = fault
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        version = try values.decode(String.self, forKey: .version)
        codecs = try values.decode([String].self, forKey: .codecs)
        accelerators = try values.decode([String].self, forKey: .accelerators)
        freeBytes = try values.decode(Int64.self, forKey: .freeBytes)
        // Not every runner that is allowed says so.
        toneMaps = try values.decodeIfPresent(Bool.self, forKey: .toneMaps) ?? true
        largestSource = try values.decodeIfPresent(Int.self, forKey: .largestSource)
        fault = try values.decodeIfPresent(String.self, forKey: .fault)
    }

    enum CodingKeys: String, CodingKey {
        case version, codecs, accelerators, fault
        case freeBytes = "free_bytes"
        case toneMaps = "tone_maps"
        case largestSource = "largest_source"
    }
}

/// The body of `POST /api/worker/register`, behind the admin secret.
package struct RegisterRequest: Codable, Sendable {
    package var name: String

    package init(name: String) { self.name = name }
}

/// The answer to a registration: the only time that the key is shown.
package struct RegisterResponse: Codable, Sendable {
    package var workerID: WorkerID
    /// Sent as `X-API-Key` or as a bearer token from now on.
    package var apiKey: String

    package init(workerID: WorkerID, apiKey: String) {
        self.workerID = workerID
        self.apiKey = apiKey
    }

    enum CodingKeys: String, CodingKey {
        case workerID = "worker_id"
        case apiKey = "api_key"
    }
}

/// The body of `POST /api/worker/heartbeat`.
package struct HeartbeatRequest: Codable, Sendable {
    package var capabilities: WorkerCapabilities

    package init(capabilities: WorkerCapabilities) { self.capabilities = capabilities }
}

/// The answer to a heartbeat.
package struct HeartbeatResponse: Codable, Sendable {
    /// Seconds until the next one is wanted.
    package var nextHeartbeatIn: Int
    /// Claim no more, and end when the last job is done.
    package var drain: Bool

    package init(nextHeartbeatIn: Int, drain: Bool = false) {
        self.nextHeartbeatIn = nextHeartbeatIn
        self.drain = drain
    }

    enum CodingKeys: String, CodingKey {
        case drain
        case nextHeartbeatIn = "next_heartbeat_in"
    }
}

/// The body of `POST /api/worker/claim`; answered by a `ClaimedJob`, or 204 when there was none in time.
package struct ClaimRequest: Codable, Sendable {
    /// Seconds for which the server may hold the request until a job comes up; at most 30.
    package var wait: Int
    package var capabilities: WorkerCapabilities

    package init(wait: Int, capabilities: WorkerCapabilities) {
        self.wait = wait
        self.capabilities = capabilities
    }
}

/// The state of a lease; a part of every answer to a runner.
package struct LeaseBody: Codable, Sendable, Equatable {
    package var leaseUntil: Date
    /// Seconds the lease lasts from now; renew at a quarter of it.
    package var leaseSeconds: Int
    /// Seconds until the next progress report is wanted: short while somebody watches.
    package var nextReportIn: Double
    /// Stop, delete what is on the scratch disk, and send nothing more but `release`.
    package var cancel: Bool

    package init(leaseUntil: Date, leaseSeconds: Int, nextReportIn: Double, cancel: Bool) {
        self.leaseUntil = leaseUntil
        self.leaseSeconds = leaseSeconds
        self.nextReportIn = nextReportIn
        self.cancel = cancel
    }

    enum CodingKeys: String, CodingKey {
        case cancel
        case leaseUntil = "lease_until"
        case leaseSeconds = "lease_seconds"
        case nextReportIn = "next_report_in"
    }
}

/// A job that now belongs to the runner until its lease ends.
package struct ClaimedJob: Codable, Sendable {
    package var jobID: JobID
    package var videoID: VideoID
    /// From 1; every claim of the job is a new attempt.
    package var attempt: Int
    /// Sent as `X-Lease-Token` with every later call about this job. A secret: never logged.
    package var leaseToken: String
    package var lease: LeaseBody
    /// For `If-Match` on the source: a re-upload in the middle fails the attempt instead of mixing two files.
    package var sourceETag: String
    package var sourceBytes: Int64
    package var profile: TranscodeProfile
    /// Of the upload's request: in the logs of all parts, it finds one video's story. Sent back as `X-Trace-ID`.
    package var traceID: String?

    package init(
        jobID: JobID,
        videoID: VideoID,
        attempt: Int,
        leaseToken: String,
        lease: LeaseBody,
        sourceETag: String,
        sourceBytes: Int64,
        profile: TranscodeProfile,
        traceID: String? = nil
    ) {
        self.jobID = jobID
        self.videoID = videoID
        self.attempt = attempt
        self.leaseToken = leaseToken
        self.lease = lease
        self.sourceETag = sourceETag
        self.sourceBytes = sourceBytes
        self.profile = profile
        self.traceID = traceID
    }

    enum CodingKeys: String, CodingKey {
        case attempt, lease, profile
        case traceID = "trace_id"
        case jobID = "job_id"
        case videoID = "video_id"
        case leaseToken = "lease_token"
        case sourceETag = "source_etag"
        case sourceBytes = "source_bytes"
    }
}

/// The body of `POST /api/worker/jobs/{id}/progress`.
package struct ProgressReport: Codable, Sendable {
    package var stage: JobStage
    /// 0 to 100 over the whole job.
    package var percent: Double
    package var qualities: [QualityProgress]

    package init(stage: JobStage, percent: Double, qualities: [QualityProgress]) {
        self.stage = stage
        self.percent = percent
        self.qualities = qualities
    }
}

/// A file of the job that the server has, whole and checked.
package struct OutputFileBody: Codable, Sendable, Equatable {
    package var path: OutputPath
    package var bytes: Int64
    /// SHA-256, lower-case hexadecimal.
    package var sha256: String

    package init(path: OutputPath, bytes: Int64, sha256: String) {
        self.path = path
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// The body of `POST /api/worker/jobs/{id}/complete`.
package struct CompleteRequest: Codable, Sendable {
    /// Seconds of the result.
    package var duration: Double
    /// Best first.
    package var renditions: [RenditionBody]
    /// Every file that the result consists of; the server refuses to publish unless it has each with this digest.
    package var files: [OutputFileBody]
    /// What made the pictures, for example `h264_nvenc`; several are separated by a comma.
    package var encoder: String?

    package init(duration: Double, renditions: [RenditionBody], files: [OutputFileBody], encoder: String? = nil) {
        self.duration = duration
        self.renditions = renditions
        self.files = files
        self.encoder = encoder
    }
}

/// The answer to `complete`, the same however often it is asked.
package struct CompleteResponse: Codable, Sendable, Equatable {
    package var state: JobState

    package init(state: JobState) { self.state = state }
}

/// The body of `POST /api/worker/jobs/{id}/fail`.
package struct FailRequest: Codable, Sendable {
    package var code: FailureCode
    /// A sentence for the uploader: what is wrong and what to do.
    package var message: String
    /// The end of ffmpeg's log, at most 4 KiB.
    package var logTail: String

    package init(code: FailureCode, message: String, logTail: String) {
        self.code = code
        self.message = message
        self.logTail = logTail
    }

    enum CodingKeys: String, CodingKey {
        case code, message
        case logTail = "log_tail"
    }
}

/// A worker as the Admin API lists it.
package struct WorkerBody: Codable, Sendable, Equatable {
    package var id: WorkerID
    package var name: String
    package var status: WorkerStatus
    package var version: String?
    package var codecs: [String]
    package var accelerators: [String]
    /// Until when it gets no jobs, because it failed too often; may have passed.
    package var quarantinedUntil: Date?
    /// Why it gets no jobs, in its own words, when it found that it can do none.
    package var fault: String?
    package var activeJobs: [JobID]
    package var lastSeenAt: Date?
    package var createdAt: Date

    package init(
        id: WorkerID,
        name: String,
        status: WorkerStatus,
        version: String?,
        codecs: [String],
        accelerators: [String],
        quarantinedUntil: Date?,
        fault: String? = nil,
        activeJobs: [JobID],
        lastSeenAt: Date?,
        createdAt: Date
    ) {
        self.id = id
        self.name = name
        self.status = status
        self.version = version
        self.codecs = codecs
        self.accelerators = accelerators
        self.quarantinedUntil = quarantinedUntil
        self.fault = fault
        self.activeJobs = activeJobs
        self.lastSeenAt = lastSeenAt
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, name, status, version, codecs, accelerators, fault
        case quarantinedUntil = "quarantined_until"
        case activeJobs = "active_jobs"
        case lastSeenAt = "last_seen_at"
        case createdAt = "created_at"
    }
}
