/// A number of pods that stay (apps/v1).
package struct Deployment: KubernetesResource {
    package static let kind = ResourceKind(group: "apps", version: "v1", kind: "Deployment", plural: "deployments")

    package struct Spec: Codable, Sendable, Equatable {
        package struct Strategy: Codable, Sendable, Equatable {
            package struct RollingUpdate: Codable, Sendable, Equatable {
                package var maxSurge: Int
                package var maxUnavailable: Int

                package init(maxSurge: Int, maxUnavailable: Int) {
                    self.maxSurge = maxSurge
                    self.maxUnavailable = maxUnavailable
                }
            }

            package var type: String?
            package var rollingUpdate: RollingUpdate?

            package init(rollingUpdate: RollingUpdate) {
                type = "RollingUpdate"
                self.rollingUpdate = rollingUpdate
            }
        }

        package var replicas: Int?
        package var selector: LabelSelector
        package var strategy: Strategy?
        /// nil when read, as in `Job`.
        package var template: PodTemplate?

        enum CodingKeys: String, CodingKey {
            case replicas, selector, strategy, template
        }

        package init(replicas: Int, selector: LabelSelector, strategy: Strategy, template: PodTemplate) {
            self.replicas = replicas
            self.selector = selector
            self.strategy = strategy
            self.template = template
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            replicas = try container.decodeIfPresent(Int.self, forKey: .replicas)
            selector = try container.decode(LabelSelector.self, forKey: .selector)
        }
    }

    package struct Status: Codable, Sendable, Equatable {
        package var observedGeneration: Int64?
        package var replicas: Int?
        package var updatedReplicas: Int?
        package var readyReplicas: Int?

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
