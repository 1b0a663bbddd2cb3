import ClusterResources
import Foundation
import Kubernetes
import VLogCore

/// What is known about a TranscodeJob when it is decided about.
struct TranscodeJobObservation {
    var job: TranscodeJob
    /// nil until a pass over the namespace has seen it.
    var place: Place?
    /// The pool that it runs in, if it runs in one.
    var worker: VLogWorker?
    /// The batch Job of the current attempt.
    var child: Job?
    var pods: [Pod]
    /// What the running pod says of itself.
    var progress: RunnerProgress?
    var now: Date
}

/// What to do about a TranscodeJob. Pure: nothing but the observation decides, so that a pass may be repeated, or broken off
/// and begun anew elsewhere, at any point.
struct TranscodeJobPlan {
    enum Write: Equatable {
        case create(Job)
        case suspend(Job, Bool)
        case deleteChild(Job)
        case deleteSelf
    }

    private(set) var status: TranscodeJobStatus
    /// Done when the status has been written, which says beforehand what is meant.
    private(set) var write: Write?
    private(set) var requeue: Requeue = .whenChanged
    /// Attempts that are new in the status.
    private(set) var newAttempts: [AttemptRecord] = []

    private let observed: TranscodeJobObservation
    private var now: Date { observed.now }
    private var spec: TranscodeJobSpec { observed.job.spec }

    init(_ observed: TranscodeJobObservation) {
        self.observed = observed
        status = observed.job.status ?? TranscodeJobStatus()
        guard observed.job.metadata.deletionTimestamp == nil else { return }
        guard !observed.job.isFinished else {
            afterEnd()
            return
        }
        status.observedGeneration = observed.job.metadata.generation
        account()
        decide()
        // Nothing to write for by itself.
        if let child = observed.child, let name = status.job?.name, name == child.metadata.name,
            status != observed.job.status
        {
            status.job?.uid = child.metadata.uid
        }
    }

    /// Counts the pods that have ended since the last pass.
    private mutating func account() {
        let records = observed.pods.compactMap { pod -> AttemptRecord? in
            guard case .ended(let record) = PodVerdict(pod, now: now) else { return nil }
            // A pod that ended well is noted with its Job's end, in one write.
            return record.class == .succeeded && observed.child?.outcome == nil ? nil : record
        }
        for record in records.sorted(by: { $0.startedAt < $1.startedAt }) where !isCounted(record) {
            switch record.class {
            case .failure: status.failures += 1
            // Whoever suspends it, Kueue among them, wants it to stop.
            case .disruption where spec.suspend || observed.child?.spec.suspend == true: break
            case .disruption, .infrastructure: status.disruptions += 1
            case .succeeded, .final: break
            }
            status.lastAttempts.append(record)
            newAttempts.append(record)
        }
        let excess = status.lastAttempts.count - TranscodeJobPlan.longestMemory
        if excess > 0 { status.lastAttempts.removeFirst(excess) }
    }

    private static let longestMemory = 10

    /// Pods of a job run one after the other, so those older than all that are remembered have been counted, too.
    private func isCounted(_ record: AttemptRecord) -> Bool {
        if status.lastAttempts.contains(where: { $0.podUID == record.podUID }) { return true }
        guard status.lastAttempts.count >= TranscodeJobPlan.longestMemory, let oldest = status.lastAttempts.first else {
            return false
        }
        return record.startedAt < oldest.startedAt
    }

    private mutating func decide() {
        set(.succeeded, .unknown, .inProgress, "The video is not ready yet.")
        if let child = observed.child {
            decide(about: child)
        } else if spec.suspend {
            if observed.pods.allSatisfy(\.isFinished) { suspended() } else { stopping() }
        } else if observed.job.isQueuedByKueue {
            start()
        } else {
            switch observed.place {
            case .slot: start()
            case .waiting(let reason, let worker, let message):
                set(.accepted, .yes, .valid, "The request can be met.")
                wait(.waiting, reason, message)
                status.worker = worker
            case .refused(let reason, let message):
                set(.accepted, .no, reason, message)
                wait(.waiting, reason, message)
            case nil:
                // The pass over the namespace comes back to this job; nothing is worth writing before.
                status = observed.job.status ?? TranscodeJobStatus()
                newAttempts = []
            }
        }
    }

    private mutating func wait(_ summary: TranscodeJobStatus.Summary, _ reason: Reason, _ message: String) {
        status.summary = summary
        set(.admitted, .no, reason, message)
        set(.running, .no, .notStarted, "No runner is at work.")
        if status.condition(.suspended)?.status == .yes { set(.suspended, .no, .resumed, "Resumed.") }
    }
}

// MARK: - Before and while there is a Job

extension TranscodeJobPlan {
    private mutating func start() {
        guard let worker = observed.worker else {
            set(.accepted, .no, .workerNotFound, "The VLogWorker is gone.")
            wait(.waiting, .workerNotFound, "The VLogWorker is gone.")
            return
        }
        if let retryAt = status.retryAt, retryAt > now {
            retry(at: retryAt)
            return
        }
        guard observed.pods.allSatisfy(\.isFinished) else {
            // Somebody deleted the Job: its pod must be gone before another writes to the same folder.
            set(.running, .no, .stopping, "A pod of a Job that was deleted is still ending.")
            return
        }
        status.retryAt = nil
        let attempt = max(1, status.attempt ?? 1)
        status.attempt = attempt
        status.worker = worker.metadata.name
        status.summary = .starting
        if status.startTime == nil { status.startTime = now }
        set(.accepted, .yes, .valid, "The request can be met.")
        if observed.job.isQueuedByKueue {
            set(.admitted, .no, .waitingForKueue, "Kueue has not admitted the Job yet.")
        } else {
            set(.admitted, .yes, .admitted, "Has a slot of VLogWorker '\(worker.metadata.name)'.")
        }
        // What Kubernetes refuses stays said until it takes it.
        if status.condition(.running)?.reason != Reason.jobRefused.rawValue {
            set(.running, .no, .podsStarting, PodVerdict.podIsStarting)
        }
        if status.condition(.suspended)?.status == .yes { set(.suspended, .no, .resumed, "Resumed.") }
        let child = RunnerJob(observed.job, attempt: attempt, worker: worker).job
        status.job = TranscodeJobStatus.ChildJob(name: child.metadata.name)
        write = .create(child)
    }

    /// Says that Kubernetes did not take the Job: a quota is used up, an admission rule says no.
    mutating func refused(_ message: String) {
        set(.running, .no, .jobRefused, message)
    }

    private mutating func retry(at time: Date) {
        status.summary = .retrying
        let last = status.lastAttempts.last.map { " after \($0.reason)" } ?? ""
        set(.running, .no, .retrying, "Attempt \(status.attempt ?? 1) begins at \(time.formatted(.iso8601))\(last).")
        requeue = .after(.seconds(max(0.1, time.timeIntervalSince(now))))
    }

    private mutating func decide(about child: Job) {
        guard child.metadata.controller?.uid == observed.job.metadata.uid else {
            let name = child.metadata.name
            set(.running, .no, .nameTaken, "A Job '\(name)' is there that belongs to something else; it is in the way.")
            status.summary = .starting
            requeue = .after(.seconds(60))
            return
        }
        status.job = status.job ?? TranscodeJobStatus.ChildJob(name: child.metadata.name)
        switch child.outcome {
        case .complete: complete(child)
        case .failed(let reason, let message): failed(child, reason, message)
        case nil:
            if let (reason, message) = exhausted() {
                fail(reason, message)
                write = .deleteChild(child)
            } else if spec.suspend {
                suspend(child)
            } else if child.spec.suspend == true {
                resume(child)
            } else {
                run()
            }
        }
    }

    /// Under Kueue, whether a Job may run is not ours to say.
    private mutating func resume(_ child: Job) {
        if observed.job.isQueuedByKueue {
            wait(.waiting, .waitingForKueue, "Kueue has not admitted the Job yet.")
            return
        }
        guard case .slot(let worker) = observed.place else {
            if case .waiting(let reason, _, let message) = observed.place { wait(.waiting, reason, message) }
            return
        }
        status.worker = worker
        status.summary = .starting
        set(.admitted, .yes, .admitted, "Has a slot of VLogWorker '\(worker)'.")
        set(.suspended, .no, .resumed, "Resumed.")
        set(.running, .no, .podsStarting, PodVerdict.podIsStarting)
        write = .suspend(child, false)
    }

    private mutating func run() {
        let admitter = observed.job.isQueuedByKueue ? "Admitted by Kueue to" : "Has a slot of"
        set(.admitted, .yes, .admitted, "\(admitter) VLogWorker '\(status.worker ?? "")'.")
        let live = observed.pods.filter { !$0.isFinished && $0.metadata.deletionTimestamp == nil }
            .max { ($0.metadata.creationTimestamp ?? .distantPast) < ($1.metadata.creationTimestamp ?? .distantPast) }
        guard let live else {
            // It is done, and Kubernetes is about to say so.
            if observed.pods.contains(where: { $0.status?.phase == .succeeded }) { return }
            let isRetry = !status.lastAttempts.isEmpty
            status.summary = isRetry ? .retrying : .starting
            let after = status.lastAttempts.last.map { "the last one ended by \($0.reason)" } ?? ""
            set(
                .running,
                .no,
                isRetry ? .retrying : .podsStarting,
                isRetry ? "The next pod is due; \(after)." : PodVerdict.podIsStarting
            )
            return
        }
        switch PodVerdict(live, now: now) {
        case .running:
            status.summary = .running
            let node = live.spec.nodeName.map { " on node '\($0)'" } ?? ""
            set(.running, .yes, .encoding, "Pod '\(live.metadata.name)' is at work\(node).")
            note(observed.progress)
            requeue = .after(TranscodeJobPlan.progressInterval)
        case .starting(let reason, let message):
            status.summary = .starting
            set(.running, .no, reason, message)
        case .ended: break
        }
    }

    static let progressInterval: Duration = .seconds(10)
    private static let progressStep = 5

    /// Progress is written at most every ten seconds or five percent.
    private mutating func note(_ progress: RunnerProgress?) {
        guard let progress else { return }
        let percent = Int(min(max(progress.percent, 0), 100))
        let stage = progress.stage.rawValue.capitalized
        if let last = status.progress, last.stage == stage {
            guard percent != last.percent else { return }
            let isOld = now.timeIntervalSince(last.updatedAt) >= 10
            guard isOld || abs(percent - last.percent) >= TranscodeJobPlan.progressStep else { return }
        }
        status.progress = TranscodeJobStatus.Progress(percent: percent, stage: stage, updatedAt: now)
    }
}

// MARK: - Suspension

extension TranscodeJobPlan {
    private mutating func suspended() {
        status.summary = .suspended
        set(.accepted, .yes, .valid, "The request can be met.")
        set(.admitted, .no, .bySpec, "Suspended.")
        set(.running, .no, .notStarted, "No runner is at work.")
        set(.suspended, .yes, .bySpec, "Suspended by spec.suspend.")
    }

    private mutating func stopping() {
        status.summary = .suspended
        set(.suspended, .no, .stopping, "The runner is being stopped.")
    }

    private mutating func suspend(_ child: Job) {
        // Kueue starts a Job again that it has admitted, and keeps its quota for it: so there must be none.
        if observed.job.isQueuedByKueue {
            stopping()
            if child.metadata.deletionTimestamp == nil { write = .deleteChild(child) }
        } else if child.spec.suspend != true {
            stopping()
            write = .suspend(child, true)
        } else if child.livePods > 0 {
            stopping()
        } else {
            suspended()
        }
    }
}

// MARK: - The end

extension TranscodeJobPlan {
    private mutating func complete(_ child: Job) {
        let words = status.lastAttempts.last { $0.class == .succeeded }?.message ?? ""
        status.encoder = observed.pods.lazy.compactMap { $0.terminationMessage?.encoder }.first
        status.summary = .succeeded
        status.completionTime = now
        status.progress = TranscodeJobStatus.Progress(percent: 100, stage: "Finished", updatedAt: now)
        set(.running, .no, .ended, "The runner has ended.")
        set(.succeeded, .yes, .completed, words.isEmpty ? "The video is ready." : words)
        scheduleDeletion()
    }

    private mutating func failed(_ child: Job, _ reason: String, _ message: String) {
        if let last = status.lastAttempts.last, last.class == .final {
            fail(Reason(rawValue: last.reason) ?? .unsupported, last.message)
        } else if reason == "DeadlineExceeded" {
            let limit = spec.activeDeadlineSeconds ?? 0
            fail(.deadlineExceeded, "The video was not ready within \(limit) seconds (activeDeadlineSeconds).")
        } else if reason == "PodFailurePolicy" {
            fail(.unsupported, message)
        } else if let (reason, message) = exhausted() {
            fail(reason, message)
        } else {
            // Kubernetes counts all ends alike and has given up; by our count some are left.
            let attempt = (status.attempt ?? 1) + 1
            status.attempt = attempt
            status.job = nil
            let pause = min(Double(spec.retryPolicy.backoffSeconds) * pow(2, Double(attempt - 2)), 300)
            let retryAt = now + pause
            status.retryAt = retryAt
            retry(at: retryAt)
        }
    }

    /// The limit that has been passed.
    private func exhausted() -> (Reason, String)? {
        let policy = spec.retryPolicy
        guard let last = status.lastAttempts.last else { return nil }
        if status.failures > policy.maxFailures {
            let reason: Reason = last.reason == Reason.outOfMemory.rawValue ? .outOfMemory : .failureLimitExceeded
            return (reason, "Failed \(status.failures) times; the last was \(last.reason): \(last.message)")
        }
        if status.disruptions > policy.maxDisruptions {
            return (
                .disruptionLimitExceeded,
                "Interrupted \(status.disruptions) times; the last was \(last.reason): \(last.message)"
            )
        }
        return nil
    }

    private mutating func fail(_ reason: Reason, _ message: String) {
        status.summary = .failed
        status.completionTime = now
        set(.running, .no, .ended, "The runner has ended.")
        set(.succeeded, .no, reason, message)
        scheduleDeletion()
    }

    /// What is left to do for one that has ended: to stop its Job, if we gave up before it did, and to go in time.
    private mutating func afterEnd() {
        // One that succeeded has ended its Job, whatever an old cache says.
        if let child = observed.child, child.outcome == nil, status.condition(.succeeded)?.status == .no,
            child.metadata.controller?.uid == observed.job.metadata.uid, child.metadata.deletionTimestamp == nil
        {
            write = .deleteChild(child)
        } else {
            scheduleDeletion()
        }
    }

    private mutating func scheduleDeletion() {
        guard let lifetime = spec.ttlSecondsAfterFinished, let end = status.completionTime else { return }
        let left = Double(lifetime) - now.timeIntervalSince(end)
        if left > 0 {
            requeue = .after(.seconds(left))
        } else if write == nil, observed.job.isFinished {
            write = .deleteSelf
        } else {
            requeue = .after(.seconds(1))
        }
    }

    private mutating func set(_ type: ConditionType, _ status: Condition.Status, _ reason: Reason, _ message: String) {
        self.status.set(type, status, reason, message, at: now)
    }
}
