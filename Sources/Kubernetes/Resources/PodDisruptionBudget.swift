/// How many pods may be taken away at once by those who ask, a drain for example (policy/v1).
package struct PodDisruptionBudget: KubernetesResource {
    package static let kind = ResourceKind(
        group: "policy",
        version: "v1",
        kind: "PodDisruptionBudget",
        plural: "poddisruptionbudgets"
    )

    package struct Spec: Codable, Sendable, Equatable {
        package var maxUnavailable: Int
        package var selector: LabelSelector
        /// Whether pods that do not run may always be taken away.
        package var unhealthyPodEvictionPolicy: String?

        package init(maxUnavailable: Int, selector: LabelSelector) {
            self.maxUnavailable = maxUnavailable
            self.selector = selector
            unhealthyPodEvictionPolicy = "AlwaysAllow"
        }
    }

    package var metadata: ObjectMeta
    package var spec: Spec

    package init(metadata: ObjectMeta, spec: Spec) {
        self.metadata = metadata
        self.spec = spec
    }
}
