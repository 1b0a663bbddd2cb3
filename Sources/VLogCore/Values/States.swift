/// Where a video is on its way from upload to play.
package enum VideoStatus: String, Codable, Sendable, CaseIterable {
    case pending, processing, ready, failed
}

/// Where a transcoding job is.
///
///     queued ⇄ running → finalising → completed
///        └────────┴──→ failed, cancelled
///
/// `running → queued` happens on release, on a retryable failure and on a lost lease.
package enum JobState: String, Codable, Sendable, CaseIterable {
    case queued, running, finalising, completed, failed, cancelled

    /// No runner will touch the job again unless somebody retries it.
    package var isFinal: Bool { self == .completed || self == .failed || self == .cancelled }
}

/// Which job is claimed first; the raw value is the order in the database, higher first.
package enum JobPriority: Int, Sendable, CaseIterable {
    case low = 0
    case normal = 1
    case high = 2

    /// In JSON, and for people.
    package var name: String {
        switch self {
        case .low: "low"
        case .normal: "normal"
        case .high: "high"
        }
    }

    package init?(name: String) {
        guard let priority = JobPriority.allCases.first(where: { $0.name == name }) else { return nil }
        self = priority
    }
}

extension JobPriority: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let priority = JobPriority(name: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "low, normal or high")
        }
        self = priority
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

/// What a runner is doing with a job.
package enum JobStage: String, Codable, Sendable, CaseIterable {
    case downloading, probing, encoding, uploading, finishing
}

/// Whether a worker may claim jobs, and whether it has been heard of lately.
package enum WorkerStatus: String, Codable, Sendable, CaseIterable {
    case online, offline, disabled
    /// It finishes its job and gets no other.
    case draining
    /// It failed too often, and gets no job for a while.
    case quarantined
}
