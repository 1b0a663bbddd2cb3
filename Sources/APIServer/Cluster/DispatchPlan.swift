import Catalog
import ClusterResources
import Foundation
import Kubernetes
import VLogCore

/// What is to be done about a video's job on Kubernetes. Pure: what the database says, which is the truth about the video, and
/// what has been seen of its TranscodeJobs, which are the truth about when and where it runs, decide alone. So a pass may be
/// repeated, or broken off and begun anew by another server, at any point.
struct DispatchPlan: Equatable {
    enum Step: Equatable {
        /// Give the job a name in the database.
        case handOver
        /// Make the TranscodeJob of the name that it has.
        case create(name: String)
        /// Keep the UID of the TranscodeJob that was made.
        case adopt(name: String, uid: String)
        /// What was made is not to be seen any more: if that is so, somebody has deleted it.
        case confirmLoss(name: String, uid: String)
        case delete(name: String, uid: String?)
        case prioritise(name: String, Int)
        case end(name: String, FailureCode, String)
        case say(name: String, String)
    }

    private(set) var steps: [Step] = []
    /// When to look again though nothing changes.
    private(set) var next: Date?

    init(_ job: ClusterJob?, made: [TranscodeJob], now: Date) {
        // Of an earlier round, of a job that another has followed, or of a video that is no more.
        for stray in made where stray.metadata.name != job?.name && stray.mayRun { delete(stray) }
        guard let job else { return }
        guard let name = job.name else {
            guard job.state == .queued else { return }
            if job.notBefore <= now { steps.append(.handOver) } else { next = job.notBefore }
            return
        }
        let current = made.first { $0.metadata.name == name }
        switch job.state {
        case .queued, .running: pursue(job, name, current)
        case .cancelled: if let current, current.mayRun { delete(current) }
        // Its pod ends, or has ended, by itself.
        case .finalising, .completed, .failed: break
        }
    }

    private mutating func delete(_ object: TranscodeJob) {
        steps.append(.delete(name: object.metadata.name, uid: object.metadata.uid))
    }

    private mutating func pursue(_ job: ClusterJob, _ name: String, _ current: TranscodeJob?) {
        guard let uid = job.uid else {
            if let made = current?.metadata.uid {
                steps.append(.adopt(name: name, uid: made))
            } else {
                steps.append(.create(name: name))
            }
            return
        }
        guard let current, current.metadata.uid == uid, current.metadata.deletionTimestamp == nil else {
            steps.append(.confirmLoss(name: name, uid: uid))
            return
        }
        if let end = current.end {
            steps.append(.end(name: name, end.code, end.message))
            return
        }
        if let message = current.delay, message != job.message { steps.append(.say(name: name, message)) }
        if current.spec.priority != job.priority.inCluster, !current.isAdmitted {
            steps.append(.prioritise(name: name, job.priority.inCluster))
        }
    }
}

extension TranscodeJob {
    /// Whether a pod of it runs or may still be made.
    fileprivate var mayRun: Bool { !isFinished && metadata.deletionTimestamp == nil }

    fileprivate var isAdmitted: Bool { status?.isTrue(.admitted) ?? false }

    /// Why the job ends with it; nil while it goes on.
    fileprivate var end: (code: FailureCode, message: String)? {
        guard isFinished, let succeeded = status?.condition(.succeeded) else { return nil }
        // Whoever succeeds has delivered before, and then the job is no longer running.
        if succeeded.status == .yes { return (.internal, "Its TranscodeJob ended, and delivered nothing.") }
        return (Reason(rawValue: succeeded.reason)?.failureCode ?? .internal, succeeded.message)
    }

    /// Why it does not run yet; nil when it does.
    fileprivate var delay: String? {
        guard let status, !status.isTrue(.running) else { return nil }
        for type in [ConditionType.accepted, .admitted] {
            if let condition = status.condition(type), condition.status == .no { return condition.message }
        }
        return status.condition(.running)?.message
    }
}

extension Reason {
    /// What a job is told that ends by it.
    fileprivate var failureCode: FailureCode {
        switch self {
        case .sourceUnreadable: .badInput
        case .unsupported: .noEncoder
        case .deadlineExceeded: .timeout
        case .disruptionLimitExceeded: .lost
        default: .internal
        }
    }
}
