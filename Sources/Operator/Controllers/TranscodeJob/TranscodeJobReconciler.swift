import ClusterResources
import Foundation
import Kubernetes
import Logging
import Metrics
import Observability

/// Brings one TranscodeJob forward: looks, decides (`TranscodeJobPlan`), writes the status, and does what it says.
struct TranscodeJobReconciler: Sendable {
    let caches: OperatorCaches
    let client: KubernetesClient
    let board: AdmissionBoard
    let events: EventRecorder
    let progress: RunnerProgressClient
    /// Where a namespace is looked at because a slot may have become free.
    let admissionQueue: WorkQueue<String>

    func reconcile(_ key: ObjectKey, logger: Logger) async throws -> Requeue {
        guard let job = caches.transcodeJobs[key] else { return .whenChanged }
        let observation = try await observe(job)
        var plan = TranscodeJobPlan(observation)
        var written = try await write(plan, of: job)
        do {
            if let write = plan.write { try await carryOut(write, for: written) }
        } catch let error as KubernetesError
            where plan.createsJob && (error.code == .forbidden || error.code == .invalid)
        {
            plan.refused(error.message)
            written = try await write(plan, of: written)
            await tell(plan, before: job, after: written, logger: logger)
            throw error
        }
        if written.isFinished, !job.isFinished { admissionQueue.add(key.namespace) }
        await tell(plan, before: job, after: written, logger: logger)
        return plan.requeue
    }

    private func observe(_ job: TranscodeJob) async throws -> TranscodeJobObservation {
        let uid = job.metadata.uid ?? ""
        let place = board.place(of: uid, in: job.key.namespace)
        let pods = caches.pods(ofJob: uid)
        let running = pods.first { PodVerdict($0, now: Date()) == .running && $0.metadata.deletionTimestamp == nil }
        let isDue = (job.status?.progress?.updatedAt).map { Date().timeIntervalSince($0) >= 5 } ?? true
        var observation = TranscodeJobObservation(job: job, place: place, pods: pods, now: Date())
        observation.worker = worker(for: job, place)
        observation.child = job.status?.attempt.flatMap { attempt in
            caches.jobs[ObjectKey(namespace: job.key.namespace, name: RunnerJob.name(of: job, attempt: attempt))]
        }
        // Pods that are still at work, or a watch that has failed, tell that the cache is behind.
        if observation.child?.outcome == .complete, !job.isFinished,
            caches.pods.isBehind || pods.contains(where: { !$0.isFinished }),
            !pods.contains(where: { $0.status?.phase == .succeeded })
        {
            observation.pods = try await podsNow(of: job)
        }
        if let running, isDue { observation.progress = await progress.progress(of: running) }
        return observation
    }

    /// The end of a Job may be heard of before that of its pod, whose last words are wanted.
    private func podsNow(of job: TranscodeJob) async throws -> [Pod] {
        let uid = job.metadata.uid ?? ""
        let selection = ObjectSelection(namespace: job.key.namespace, labels: "\(LabelName.transcodeJobUID)=\(uid)")
        for pod in try await client.send(KubernetesRequest<ObjectList<Pod>>.list(selection)).items {
            caches.pods.put(pod)
        }
        return caches.pods(ofJob: uid)
    }

    private func worker(for job: TranscodeJob, _ place: Place?) -> VLogWorker? {
        if case .slot(let name) = place {
            return caches.workers[ObjectKey(namespace: job.key.namespace, name: name)]
        }
        guard job.isQueuedByKueue else { return nil }
        let pools = caches.workers.objects(in: job.key.namespace).sorted { $0.metadata.name < $1.metadata.name }
        guard case .pools(let able) = PoolChoice(job, pools: pools) else { return nil }
        return able.first
    }

    private func write(_ plan: TranscodeJobPlan, of job: TranscodeJob) async throws -> TranscodeJob {
        guard plan.status != job.status ?? TranscodeJobStatus() else { return job }
        var changed = job
        changed.status = plan.status
        let written = try await client.send(.replaceStatus(changed))
        caches.transcodeJobs.put(written)
        return written
    }

    private func carryOut(_ write: TranscodeJobPlan.Write, for owner: TranscodeJob) async throws {
        switch write {
        case .create(let child): try await create(child, for: owner)
        case .suspend(let child, let isSuspended):
            let patch = SuspendPatch(spec: .init(suspend: isSuspended))
            caches.jobs.put(try await client.send(.patch(child.key, patch, manager: LabelName.operatorName)))
        case .deleteChild(let child):
            try await deleting { try await client.send(.delete(Job.self, child.key, uid: child.metadata.uid)) }
        case .deleteSelf:
            try await deleting { try await client.send(.delete(TranscodeJob.self, owner.key, uid: owner.metadata.uid)) }
        }
    }

    /// One that is there already is ours from a pass that was broken off, or a stranger, which the next pass tells.
    private func create(_ child: Job, for owner: TranscodeJob) async throws {
        do {
            caches.jobs.put(try await client.send(.create(child)))
        } catch let error as KubernetesError where error.code == .alreadyExists {
            caches.jobs.put(try await client.send(.get(child.key)))
        }
    }

    private func deleting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as KubernetesError where error.code == .notFound || error.code == .conflict {
            // Gone, or another one by now.
            return
        }
    }

    private struct SuspendPatch: Encodable {
        struct Spec: Encodable { let suspend: Bool }
        let spec: Spec
    }
}

extension TranscodeJobReconciler {
    /// What people look for: an event for each condition that has changed and for each attempt that has ended.
    private func tell(
        _ plan: TranscodeJobPlan,
        before: TranscodeJob,
        after: TranscodeJob,
        logger: Logger
    ) async {
        for attempt in plan.newAttempts {
            Counter(label: MetricName.attempts.rawValue, dimensions: [("class", attempt.class.rawValue)]).increment()
            guard attempt.class != .succeeded else { continue }
            logger.warning(
                "attempt ended",
                metadata: [
                    "reason": "\(attempt.reason)", "class": "\(attempt.class.rawValue)", "pod": "\(attempt.pod)",
                ]
            )
            await events.record(
                "Pod '\(attempt.pod)' ended: \(attempt.reason). \(attempt.message)",
                reason: Reason.attemptEnded.rawValue,
                action: "Encode",
                isWarning: true,
                about: after
            )
        }
        for condition in after.status?.conditions ?? [] {
            let old = before.status?.conditions.first(ofType: condition.type)
            guard old?.reason != condition.reason, let note = EventNote(condition) else { continue }
            logger.info(
                "condition changed",
                metadata: ["condition": "\(condition.type)", "reason": "\(condition.reason)"]
            )
            await events.record(
                condition.message,
                reason: condition.reason,
                action: note.action,
                isWarning: note.isWarning,
                about: after
            )
        }
    }
}

/// Which changes of conditions are worth an event.
private struct EventNote {
    let action: String
    let isWarning: Bool

    init?(_ condition: Condition) {
        guard let type = ConditionType(rawValue: condition.type), let reason = Reason(rawValue: condition.reason) else {
            return nil
        }
        switch reason {
        // That it waits, the condition says; thousands may, and most not for long.
        case .valid, .notStarted, .podsStarting, .inProgress, .ended, .retrying, .stopping, .waitingForSlot,
            .waitingBehindPriority:
            return nil
        default: break
        }
        let troubles: Set<Reason> = [
            .workerNotFound, .workerModeMismatch, .unschedulable, .imagePullFailed, .nameTaken, .jobRefused,
        ]
        action = type == .succeeded ? "Finish" : type == .running ? "Encode" : "Admit"
        isWarning = troubles.contains(reason) || (type == .succeeded && condition.status == .no)
        // Accepted and Admitted say the same when nothing can be done.
        if type == .admitted, troubles.contains(reason) { return nil }
    }
}

extension TranscodeJobPlan {
    fileprivate var createsJob: Bool {
        if case .create = write { true } else { false }
    }
}
