import ClusterResources
import Foundation
import Kubernetes
import VLogCore

/// What a runner pod tells of the attempt in it.
enum PodVerdict: Equatable {
    case running
    /// Why nothing encodes yet.
    case starting(Reason, message: String)
    case ended(AttemptRecord)

    init(_ pod: Pod, now: Date) {
        self = pod.isFinished ? .ended(AttemptRecord(pod, now: now)) : PodVerdict.live(pod)
    }

    private static func live(_ pod: Pod) -> PodVerdict {
        let state = pod.runner?.state
        // The pod's phase follows its container a moment later.
        if state?.running != nil || state?.terminated != nil { return .running }
        let unscheduled = pod.status?.conditions?.first { $0.type == "PodScheduled" && $0.status == .no }
        if let unscheduled, unscheduled.reason == "Unschedulable" {
            return .starting(
                .unschedulable,
                message: "No node takes the pod: \(unscheduled.message ?? "no reason given")"
            )
        }
        if let waiting = state?.waiting, let reason = waiting.reason, PodVerdict.imageTroubles.contains(reason) {
            return .starting(.imagePullFailed, message: "\(reason): \(waiting.message ?? "no reason given")")
        }
        return .starting(.podsStarting, message: podIsStarting)
    }

    /// The same from the making of the Job until the container runs, so that it is written once.
    static let podIsStarting = "The pod is starting."

    private static let imageTroubles: Set<String> = [
        "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError",
    ]
}

extension Pod {
    /// The one container of a runner's pod.
    var runner: ContainerStatus? { status?.containerStatuses?.first { $0.name == RunnerPod.containerName } }

    /// What the runner left; nil when it is not one of ours, or was killed before it could.
    var terminationMessage: TerminationMessage? {
        runner?.state?.terminated?.message.flatMap { TerminationMessage(text: $0) }
    }
}

extension AttemptRecord {
    /// How a finished pod ended, and who is charged.
    init(_ pod: Pod, now: Date) {
        let end = pod.runner?.state?.terminated
        let disruption = pod.status?.conditions?.first { $0.type == "DisruptionTarget" && $0.status == .yes }
        let (kind, reason) = AttemptRecord.judge(pod, end, disruption)
        self.init(
            pod: pod.metadata.name,
            podUID: pod.metadata.uid ?? "",
            node: pod.spec.nodeName,
            class: kind,
            exitCode: end?.exitCode,
            reason: reason,
            message: String(AttemptRecord.words(pod, end, disruption).prefix(1024)),
            startedAt: pod.metadata.creationTimestamp ?? now,
            endedAt: end?.finishedAt ?? now
        )
    }

    private static func words(
        _ pod: Pod,
        _ end: Pod.ContainerStatus.State.Terminated?,
        _ disruption: Pod.PodCondition?
    ) -> String {
        if let message = pod.terminationMessage?.message { return message }
        return disruption?.message ?? pod.status?.message ?? end?.message ?? ""
    }

    private static func judge(
        _ pod: Pod,
        _ end: Pod.ContainerStatus.State.Terminated?,
        _ disruption: Pod.PodCondition?
    ) -> (Class, String) {
        if pod.status?.phase == .succeeded { return (.succeeded, Reason.completed.rawValue) }
        guard let end else {
            // Neither a condition nor an exit code: the node did not let it start, or lost it.
            return (.infrastructure, disruption?.reason ?? pod.status?.reason ?? "NeverStarted")
        }
        let code = RunnerExitCode(rawValue: Int32(clamping: end.exitCode))
        switch code {
        case .badInput: return (.final, Reason.sourceUnreadable.rawValue)
        case .sourceMissing: return (.final, Reason.sourceNotFound.rawValue)
        case .impossible: return (.final, Reason.unsupported.rawValue)
        case .stopped: return (.disruption, disruption?.reason ?? "Stopped")
        case .acceleratorFailed where disruption == nil: return (.infrastructure, "AcceleratorFailed")
        default: break
        }
        if let disruption { return (.disruption, disruption.reason ?? "DisruptionTarget") }
        // Somebody deleted the pod, and it did not end in time.
        if pod.metadata.deletionTimestamp != nil { return (.disruption, "Deleted") }
        if end.reason == "OOMKilled" { return (.failure, Reason.outOfMemory.rawValue) }
        return (.failure, code?.word ?? end.reason ?? "Error")
    }
}
