import VLogCore

/// Says that a job may be claimed now. Only the database knows whether that is still so.
struct JobHint: Sendable, Equatable {
    let job: JobID
    /// Where it came from, if this server alone was told; nil when all of them were.
    let entry: StreamEntry?
}

/// An entry of one of the streams of jobs, which this server has taken and must acknowledge.
struct StreamEntry: Sendable, Equatable {
    let priority: JobPriority
    let id: String
}
