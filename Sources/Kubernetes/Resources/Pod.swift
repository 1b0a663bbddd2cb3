import Foundation

/// A pod, as far as its fate is of interest: what it is made of is not decoded.
package struct Pod: KubernetesResource {
    package static let kind = ResourceKind(group: "", version: "v1", kind: "Pod", plural: "pods")

    package enum Phase: String, Codable, Sendable {
        case pending = "Pending"
        case running = "Running"
        case succeeded = "Succeeded"
        case failed = "Failed"
        case unknown = "Unknown"
    }

    package struct Spec: Codable, Sendable, Equatable {
        package var nodeName: String?

        package init(nodeName: String? = nil) { self.nodeName = nodeName }
    }

    /// Like `Condition`, without what pods' conditions need not have.
    package struct PodCondition: Codable, Sendable, Equatable {
        package var type: String
        package var status: Condition.Status
        package var reason: String?
        package var message: String?

        package init(type: String, status: Condition.Status, reason: String? = nil, message: String? = nil) {
            self.type = type
            self.status = status
            self.reason = reason
            self.message = message
        }
    }

    package struct ContainerStatus: Codable, Sendable, Equatable {
        package struct State: Codable, Sendable, Equatable {
            package struct Waiting: Codable, Sendable, Equatable {
                package var reason: String?
                package var message: String?

                package init(reason: String?, message: String? = nil) {
                    self.reason = reason
                    self.message = message
                }
            }

            package struct Running: Codable, Sendable, Equatable {
                package var startedAt: Date?

                package init(startedAt: Date? = nil) { self.startedAt = startedAt }
            }

            package struct Terminated: Codable, Sendable, Equatable {
                package var exitCode: Int
                package var reason: String?
                /// What the container left in its termination log.
                package var message: String?
                package var finishedAt: Date?

                package init(exitCode: Int, reason: String? = nil, message: String? = nil, finishedAt: Date? = nil) {
                    self.exitCode = exitCode
                    self.reason = reason
                    self.message = message
                    self.finishedAt = finishedAt
                }
            }

            package var waiting: Waiting?
            package var running: Running?
            package var terminated: Terminated?

            package init(waiting: Waiting? = nil, running: Running? = nil, terminated: Terminated? = nil) {
                self.waiting = waiting
                self.running = running
                self.terminated = terminated
            }
        }

        package var name: String
        package var state: State?

        package init(name: String, state: State) {
            self.name = name
            self.state = state
        }
    }

    package struct Status: Codable, Sendable, Equatable {
        package var phase: Phase?
        package var reason: String?
        package var message: String?
        package var podIP: String?
        package var startTime: Date?
        package var conditions: [PodCondition]?
        package var containerStatuses: [ContainerStatus]?

        package init(phase: Phase? = nil) { self.phase = phase }
    }

    package var metadata: ObjectMeta
    package var spec: Spec
    package var status: Status?

    package init(metadata: ObjectMeta, spec: Spec = Spec(), status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Whether nothing of it runs any more.
    package var isFinished: Bool { status?.phase == .succeeded || status?.phase == .failed }
}
