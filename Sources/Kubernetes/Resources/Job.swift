import Foundation

/// Work that is run to its end (batch/v1).
package struct Job: KubernetesResource {
    package static let kind = ResourceKind(group: "batch", version: "v1", kind: "Job", plural: "jobs")

    package struct Spec: Codable, Sendable, Equatable {
        package var completions: Int?
        package var parallelism: Int?
        package var completionMode: String?
        package var backoffLimit: Int?
        package var podReplacementPolicy: String?
        package var podFailurePolicy: PodFailurePolicy?
        package var activeDeadlineSeconds: Int?
        package var suspend: Bool?
        /// nil when read: what the pods of a Job are made from is written once and never looked at again.
        package var template: PodTemplate?

        enum CodingKeys: String, CodingKey {
            case completions, parallelism, completionMode, backoffLimit, podReplacementPolicy
            case podFailurePolicy, activeDeadlineSeconds, suspend, template
        }

        package init() {}

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            suspend = try container.decodeIfPresent(Bool.self, forKey: .suspend)
            activeDeadlineSeconds = try container.decodeIfPresent(Int.self, forKey: .activeDeadlineSeconds)
        }
    }

    /// What becomes of a pod's failure, by the first rule that matches.
    package struct PodFailurePolicy: Codable, Sendable, Equatable {
        package struct Rule: Codable, Sendable, Equatable {
            package struct ExitCodes: Codable, Sendable, Equatable {
                package var containerName: String
                package var `operator`: String
                package var values: [Int]
            }

            package struct PodCondition: Codable, Sendable, Equatable {
                package var type: String
                package var status: String
            }

            package var action: String
            package var onExitCodes: ExitCodes?
            package var onPodConditions: [PodCondition]?
        }

        package var rules: [Rule]

        package init(rules: [Rule]) { self.rules = rules }
    }

    package struct JobCondition: Codable, Sendable, Equatable {
        package var type: String
        package var status: Condition.Status
        package var reason: String?
        package var message: String?
        package var lastTransitionTime: Date?

        package init(
            type: String,
            status: Condition.Status,
            reason: String? = nil,
            message: String? = nil,
            lastTransitionTime: Date? = nil
        ) {
            self.type = type
            self.status = status
            self.reason = reason
            self.message = message
            self.lastTransitionTime = lastTransitionTime
        }
    }

    package struct Status: Codable, Sendable, Equatable {
        package var active: Int?
        package var terminating: Int?
        package var ready: Int?
        package var startTime: Date?
        package var completionTime: Date?
        package var conditions: [JobCondition]?

        package init() {}
    }

    package var metadata: ObjectMeta
    package var spec: Spec
    package var status: Status?

    package init(metadata: ObjectMeta, spec: Spec, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

extension Job.PodFailurePolicy.Rule {
    /// Fails the whole Job for one of these exit codes.
    package static func failJob(container: String, exitCodes: [Int]) -> Self {
        Self(action: "FailJob", onExitCodes: ExitCodes(containerName: container, operator: "In", values: exitCodes))
    }

    /// Makes the pod anew without counting a failure.
    package static func ignore(container: String, exitCodes: [Int]) -> Self {
        Self(action: "Ignore", onExitCodes: ExitCodes(containerName: container, operator: "In", values: exitCodes))
    }

    /// Makes the pod anew without counting a failure, when Kubernetes itself ended it: eviction, preemption, a lost node.
    package static let ignoreDisruptions = Self(
        action: "Ignore",
        onPodConditions: [PodCondition(type: "DisruptionTarget", status: "True")]
    )
}

extension Job {
    /// How it ended: only when all its pods have, which `FailureTarget` and `SuccessCriteriaMet` do not say.
    package enum Outcome: Equatable {
        case complete
        case failed(reason: String, message: String)
    }

    package var outcome: Outcome? {
        for condition in status?.conditions ?? [] where condition.status == .yes {
            switch condition.type {
            case "Complete": return .complete
            case "Failed": return .failed(reason: condition.reason ?? "", message: condition.message ?? "")
            default: continue
            }
        }
        return nil
    }

    /// Pods that exist, those that are being stopped included.
    package var livePods: Int { (status?.active ?? 0) + (status?.terminating ?? 0) }
}
