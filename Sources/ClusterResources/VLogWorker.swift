import Foundation
import Kubernetes

/// A pool of runners: `crds/vlog.dev_vlogworkers.yaml` says what each field means.
package struct VLogWorker: KubernetesResource {
    package static let kind = ResourceKind(
        group: "vlog.dev",
        version: "v1alpha1",
        kind: "VLogWorker",
        plural: "vlogworkers"
    )

    package var metadata: ObjectMeta
    package var spec: VLogWorkerSpec
    package var status: VLogWorkerStatus?

    package init(metadata: ObjectMeta, spec: VLogWorkerSpec, status: VLogWorkerStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

/// What encodes in a pool.
package enum AcceleratorType: String, Codable, Sendable, CaseIterable {
    case nvidia = "NVIDIA"
    case intel = "Intel"
    case cpu = "CPU"
}

package struct VLogWorkerSpec: Codable, Sendable, Equatable {
    package enum Mode: String, Codable, Sendable, CaseIterable {
        /// `replicas` are slots, each for one TranscodeJob.
        case job = "Job"
        /// `replicas` are pods that ask a VLog server for work.
        case pull = "Pull"
    }

    package struct Accelerator: Codable, Sendable, Equatable {
        package var type: AcceleratorType
        package var resourceName: String?
        package var count: Int
        package var runtimeClassName: String?
    }

    package struct Scratch: Codable, Sendable, Equatable {
        package var sizeLimit: Quantity?
    }

    package struct Server: Codable, Sendable, Equatable {
        package struct SecretKey: Codable, Sendable, Equatable {
            package var name: String
            package var key: String
        }

        package var url: String
        package var apiKeySecret: SecretKey
    }

    package var mode: Mode
    package var replicas: Int
    package var suspend: Bool
    package var accelerator: Accelerator
    package var image: String
    package var imagePullPolicy: String?
    package var imagePullSecrets: [LocalObjectReference]?
    package var resources: ResourceRequirements?
    package var nodeSelector: [String: String]?
    package var tolerations: [JSONValue]?
    package var affinity: JSONValue?
    package var priorityClassName: String?
    package var serviceAccountName: String?
    package var scratch: Scratch?
    package var allowPrivateSources: Bool
    package var podMetadata: PodTemplate.Metadata?
    /// A strategic merge patch of the pods' template.
    package var podTemplate: JSONValue?
    /// With `mode: Pull`, and only then.
    package var server: Server?
}

package struct VLogWorkerStatus: Codable, Sendable, Equatable {
    /// A slot that a TranscodeJob has.
    package struct Allocation: Codable, Sendable, Equatable {
        package var job: String
        package var uid: String
        package var since: Date

        package init(job: String, uid: String, since: Date) {
            self.job = job
            self.uid = uid
            self.since = since
        }
    }

    package var observedGeneration: Int64?
    package var conditions: [Condition] = []
    /// Slots or pods in force; what an autoscaler divides by.
    package var replicas: Int = 0
    /// A label selector of the pool's pods, as text.
    package var selector: String?
    package var active: Int = 0
    package var waiting: Int = 0
    package var allocations: [Allocation] = []

    package init() {}

    enum CodingKeys: String, CodingKey {
        case observedGeneration, conditions, replicas, selector, active, waiting, allocations
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        observedGeneration = try container.decodeIfPresent(Int64.self, forKey: .observedGeneration)
        conditions = try container.decodeIfPresent([Condition].self, forKey: .conditions) ?? []
        replicas = try container.decodeIfPresent(Int.self, forKey: .replicas) ?? 0
        selector = try container.decodeIfPresent(String.self, forKey: .selector)
        active = try container.decodeIfPresent(Int.self, forKey: .active) ?? 0
        waiting = try container.decodeIfPresent(Int.self, forKey: .waiting) ?? 0
        allocations = try container.decodeIfPresent([Allocation].self, forKey: .allocations) ?? []
    }
}

extension VLogWorkerSpec.Accelerator {
    /// The extended resource that pods ask for; nil on a pool of CPUs.
    package var effectiveResourceName: String? {
        switch type {
        case .cpu: nil
        case .nvidia: resourceName ?? "nvidia.com/gpu"
        case .intel: resourceName ?? "gpu.intel.com/xe"
        }
    }
}
