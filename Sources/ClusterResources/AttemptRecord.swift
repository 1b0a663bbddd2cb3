import Foundation

/// How one pod of a TranscodeJob ended.
package struct AttemptRecord: Codable, Sendable, Equatable {
    /// Who is charged for it.
    package enum Class: String, Codable, Sendable, CaseIterable {
        case succeeded = "Succeeded"
        /// The request or its input is at fault: nothing helps.
        case final = "Final"
        /// Counts against `maxFailures`.
        case failure = "Failure"
        /// Evicted, preempted, drained or stopped: counts against `maxDisruptions`.
        case disruption = "Disruption"
        /// The node or its GPU is at fault: counts as a disruption.
        case infrastructure = "Infrastructure"
    }

    package var pod: String
    package var podUID: String
    package var node: String?
    package var `class`: Class
    package var exitCode: Int?
    package var reason: String
    package var message: String
    package var startedAt: Date
    package var endedAt: Date

    package init(
        pod: String,
        podUID: String,
        node: String?,
        class: Class,
        exitCode: Int?,
        reason: String,
        message: String,
        startedAt: Date,
        endedAt: Date
    ) {
        self.pod = pod
        self.podUID = podUID
        self.node = node
        self.class = `class`
        self.exitCode = exitCode
        self.reason = reason
        self.message = message
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}
