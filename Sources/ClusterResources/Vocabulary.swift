import Foundation
import Kubernetes

/// The conditions of a TranscodeJob.
package enum ConditionType: String, CaseIterable {
    /// Whether the request can be met at all.
    case accepted = "Accepted"
    /// Whether it has a slot.
    case admitted = "Admitted"
    /// Whether a runner is at work.
    case running = "Running"
    case suspended = "Suspended"
    /// Unknown while there is something to do; then true or false for ever.
    case succeeded = "Succeeded"
}

/// Why a condition is as it is; events use the same words.
package enum Reason: String, CaseIterable {
    // Accepted
    case valid = "Valid"
    case workerNotFound = "WorkerNotFound"
    case workerModeMismatch = "WorkerModeMismatch"
    // Admitted
    case admitted = "Admitted"
    case waitingForSlot = "WaitingForSlot"
    case waitingBehindPriority = "WaitingBehindPriority"
    case waitingForKueue = "WaitingForKueue"
    case workerSuspended = "WorkerSuspended"
    // Running
    case podsStarting = "PodsStarting"
    case unschedulable = "Unschedulable"
    case imagePullFailed = "ImagePullFailed"
    case encoding = "Encoding"
    case retrying = "Retrying"
    case nameTaken = "NameTaken"
    case jobRefused = "JobRefused"
    case notStarted = "NotStarted"
    case ended = "Ended"
    // Suspended
    case bySpec = "BySpec"
    case resumed = "Resumed"
    case stopping = "Stopping"
    // Succeeded
    case inProgress = "InProgress"
    case completed = "Completed"
    case sourceUnreadable = "SourceUnreadable"
    case sourceNotFound = "SourceNotFound"
    case unsupported = "Unsupported"
    case outOfMemory = "OutOfMemory"
    case failureLimitExceeded = "FailureLimitExceeded"
    case disruptionLimitExceeded = "DisruptionLimitExceeded"
    case deadlineExceeded = "DeadlineExceeded"
    // Ready, of a VLogWorker
    case accepting = "Accepting"
    case draining = "Draining"
    case available = "Available"
    case progressing = "Progressing"
    // Events only
    case attemptEnded = "AttemptEnded"
}

/// Labels that the operator puts on what it makes.
package enum LabelName {
    package static let managedBy = "app.kubernetes.io/managed-by"
    package static let name = "app.kubernetes.io/name"
    package static let component = "app.kubernetes.io/component"
    /// Names of a TranscodeJob and of a pool are short enough for a label: the schemas see to it.
    package static let transcodeJob = "vlog.dev/transcode-job"
    package static let transcodeJobUID = "vlog.dev/transcode-job-uid"
    package static let worker = "vlog.dev/worker"
    package static let attempt = "vlog.dev/attempt"
    /// Of a TranscodeJob that a server has made: which server's, of which video, for which of its jobs.
    package static let installation = "vlog.dev/installation"
    package static let video = "vlog.dev/video"
    package static let job = "vlog.dev/job"
    /// With it, Kueue decides when a TranscodeJob runs.
    package static let kueueQueue = "kueue.x-k8s.io/queue-name"

    package static let operatorName = "vlog-operator"
}

/// Annotations of the custom resources and of what is made for them.
package enum AnnotationName {
    /// The id by which the logs of all parts tell one video's story.
    package static let trace = "vlog.dev/trace-id"
}

extension TranscodeJobStatus {
    /// Longer messages of pods and nodes are cut.
    private static let longestMessage = 1024

    package mutating func set(
        _ type: ConditionType,
        _ status: Condition.Status,
        _ reason: Reason,
        _ message: String,
        at now: Date
    ) {
        conditions.set(
            Condition(
                type: type.rawValue,
                status: status,
                reason: reason.rawValue,
                message: String(message.prefix(TranscodeJobStatus.longestMessage)),
                lastTransitionTime: now,
                observedGeneration: observedGeneration
            )
        )
    }

    package func condition(_ type: ConditionType) -> Condition? { conditions.first(ofType: type.rawValue) }
    package func isTrue(_ type: ConditionType) -> Bool { conditions.isTrue(type.rawValue) }
}
