import VLogCore

/// How many jobs wait, and for what, and how many workers there are.
package struct FleetCensus: Sendable, Equatable {
    package struct Queue: Hashable, Sendable {
        package let priority: JobPriority
        package let reason: WaitingReason

        package init(_ priority: JobPriority, _ reason: WaitingReason) {
            self.priority = priority
            self.reason = reason
        }
    }

    /// Queued jobs. Whether a free worker takes one at once is not looked at: those count as `inQueue`.
    package var queued: [Queue: Int] = [:]
    /// Seconds since the first queued job of a priority could have been claimed.
    package var longestWait: [JobPriority: Double] = [:]
    /// Jobs that run or wait to be published.
    package var jobs: [JobState: Int] = [:]
    package var workers: [WorkerStatus: Int] = [:]

    package init() {}
}
