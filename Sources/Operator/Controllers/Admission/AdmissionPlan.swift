import ClusterResources
import Foundation
import Kubernetes

/// Where a TranscodeJob stands among those of its namespace.
enum Place: Equatable, Sendable {
    /// It has a slot of this pool.
    case slot(worker: String)
    /// It has none yet.
    case waiting(Reason, worker: String?, message: String)
    /// The request can't be met as things are.
    case refused(Reason, message: String)
}

/// Who gets which slot of a namespace's pools. Pure: pools, jobs and live pods in, the pools' ledgers and everybody's place out.
///
/// A slot is taken from the moment at which the ledger says so until the job has ended and no pod of it is left. What waits
/// is served by priority, then age. Nothing is taken away: a pool that is scaled down drains.
struct AdmissionPlan {
    /// The new status of each pool of `mode: Job`, by name.
    private(set) var statuses: [String: VLogWorkerStatus] = [:]
    /// By the UID of the TranscodeJob.
    private(set) var places: [String: Place] = [:]

    /// Takes all pools and all jobs of a namespace; those that have ended may be left out. `livePods` are the UIDs of
    /// TranscodeJobs, existing or not, of which a pod is left.
    init(pools: [VLogWorker], jobs: [TranscodeJob], livePods: Set<String>, now: Date) {
        let byUID = Dictionary(jobs.compactMap { job in job.metadata.uid.map { ($0, job) } }) { first, _ in first }
        let pools = pools.sorted { $0.metadata.name < $1.metadata.name }
        for pool in pools where pool.spec.mode == .job {
            var status = pool.status ?? VLogWorkerStatus()
            status.allocations.removeAll { !AdmissionPlan.keeps($0, byUID[$0.uid], livePods) }
            for allocation in status.allocations { places[allocation.uid] = .slot(worker: pool.metadata.name) }
            statuses[pool.metadata.name] = status
        }
        restore(jobs, pools: pools, now: now)
        let queue = jobs.filter { AdmissionPlan.waits($0) && places[$0.metadata.uid ?? ""] == nil }
            .sorted(by: AdmissionPlan.isBefore)
        serve(queue, pools: pools, now: now)
        for pool in pools where pool.spec.mode == .job { finish(pool, now: now) }
    }

    /// Puts those into the ledger of their pool whose status says that they have a slot of it: a pool that was deleted and made
    /// anew begins with an empty one.
    private mutating func restore(_ jobs: [TranscodeJob], pools: [VLogWorker], now: Date) {
        for job in jobs where AdmissionPlan.waits(job) {
            guard let uid = job.metadata.uid, places[uid] == nil, let name = job.status?.worker, statuses[name] != nil,
                job.status?.isTrue(.admitted) == true
            else { continue }
            statuses[name]?.allocations.append(
                VLogWorkerStatus.Allocation(job: job.metadata.name, uid: uid, since: now)
            )
            places[uid] = .slot(worker: name)
        }
    }

    private static func keeps(
        _ allocation: VLogWorkerStatus.Allocation,
        _ job: TranscodeJob?,
        _ livePods: Set<String>
    ) -> Bool {
        if livePods.contains(allocation.uid) { return true }
        guard let job, !job.isFinished, job.metadata.deletionTimestamp == nil else { return false }
        return !job.spec.suspend
    }

    private static func waits(_ job: TranscodeJob) -> Bool {
        !job.isFinished && !job.spec.suspend && job.metadata.deletionTimestamp == nil && !job.isQueuedByKueue
    }

    private static func isBefore(_ left: TranscodeJob, _ right: TranscodeJob) -> Bool {
        if left.spec.priority != right.spec.priority { return left.spec.priority > right.spec.priority }
        let (mine, theirs) = (
            left.metadata.creationTimestamp ?? .distantPast, right.metadata.creationTimestamp ?? .distantPast
        )
        return mine == theirs ? left.metadata.name < right.metadata.name : mine < theirs
    }

    private mutating func serve(_ queue: [TranscodeJob], pools: [VLogWorker], now: Date) {
        // Of each pool: how many wait for it already, and the least of their priorities.
        var ahead: [String: (count: Int, priority: Int)] = [:]
        // Thousands may ask for the same.
        var choices: [Wish: PoolChoice] = [:]
        var texts: [Wait: Place] = [:]
        for job in queue {
            guard let uid = job.metadata.uid else { continue }
            let wish = Wish(job)
            let choice = choices[wish] ?? PoolChoice(job, pools: pools)
            choices[wish] = choice
            guard case .pools(let eligible) = choice else {
                if case .refused(let reason, let message) = choice { places[uid] = .refused(reason, message: message) }
                continue
            }
            let free = eligible.first { pool in
                !pool.spec.suspend && (statuses[pool.metadata.name]?.allocations.count ?? .max) < pool.spec.replicas
            }
            if let name = free?.metadata.name {
                statuses[name]?.allocations.append(
                    VLogWorkerStatus.Allocation(job: job.metadata.name, uid: uid, since: now)
                )
                places[uid] = .slot(worker: name)
            } else {
                let key = Wait(wish, job, eligible, ahead)
                let place = texts[key] ?? wait(eligible, key)
                texts[key] = place
                places[uid] = place
                for pool in eligible {
                    ahead[pool.metadata.name, default: (0, 0)].count += 1
                    ahead[pool.metadata.name]?.priority = job.spec.priority
                }
            }
        }
        for (name, entry) in ahead { statuses[name]?.waiting = entry.count }
        for name in statuses.keys where ahead[name] == nil { statuses[name]?.waiting = 0 }
    }

    /// What a job asks of a pool.
    private struct Wish: Hashable {
        let worker: String?
        let accelerator: AcceleratorType?

        init(_ job: TranscodeJob) {
            worker = job.spec.worker
            accelerator = job.spec.accelerator
        }
    }

    /// All that is said to one who waits.
    private struct Wait: Hashable {
        let wish: Wish
        let hasManyBefore: Bool
        let isOutranked: Bool

        init(
            _ wish: Wish,
            _ job: TranscodeJob,
            _ eligible: [VLogWorker],
            _ ahead: [String: (count: Int, priority: Int)]
        ) {
            self.wish = wish
            let before = eligible.compactMap { ahead[$0.metadata.name] }.max { $0.count < $1.count }
            hasManyBefore = (before?.count ?? 0) >= 100
            isOutranked = before.map { $0.priority > job.spec.priority } ?? false
        }
    }

    private func wait(_ eligible: [VLogWorker], _ wait: Wait) -> Place {
        let name = eligible.count == 1 ? eligible.first?.metadata.name : nil
        let pools = eligible.map { "'\($0.metadata.name)'" }.joined(separator: ", ")
        if eligible.allSatisfy({ $0.spec.suspend }) {
            return .waiting(.workerSuspended, worker: name, message: "VLogWorker \(pools) is suspended.")
        }
        let slots = eligible.map(\.spec.replicas).reduce(0, +)
        // In few steps, so that a queue that moves does not rewrite everybody's status each time.
        let position = wait.hasManyBefore ? "a hundred or more are before it" : "fewer than a hundred are before it"
        let message = "All \(slots) slots of VLogWorker \(pools) are taken; \(position)."
        return .waiting(wait.isOutranked ? .waitingBehindPriority : .waitingForSlot, worker: name, message: message)
    }

    private mutating func finish(_ pool: VLogWorker, now: Date) {
        guard var status = statuses[pool.metadata.name] else { return }
        status.observedGeneration = pool.metadata.generation
        status.active = status.allocations.count
        status.replicas = max(pool.spec.replicas, status.active)
        status.selector = pool.selector
        let excess = status.active - pool.spec.replicas
        let (isReady, reason, message): (Bool, Reason, String) =
            if pool.spec.suspend {
                (false, .workerSuspended, "Nothing new is admitted; \(status.active) slots are still taken.")
            } else if excess > 0 {
                (false, .draining, "\(excess) slots will be gone when their jobs end.")
            } else {
                (true, .accepting, "\(pool.spec.replicas) slots.")
            }
        status.conditions.set(
            Condition(
                type: "Ready",
                status: isReady ? .yes : .no,
                reason: reason.rawValue,
                message: message,
                lastTransitionTime: now,
                observedGeneration: pool.metadata.generation
            )
        )
        statuses[pool.metadata.name] = status
    }
}

extension VLogWorker {
    /// Chooses the pods of this pool and no others.
    var podLabels: [String: String] {
        [LabelName.managedBy: LabelName.operatorName, LabelName.worker: metadata.name]
    }

    var selector: String { podLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }
}
