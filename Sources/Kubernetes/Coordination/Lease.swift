/// Who holds a role, until when (coordination.k8s.io/v1).
package struct Lease: KubernetesResource {
    package static let kind = ResourceKind(
        group: "coordination.k8s.io",
        version: "v1",
        kind: "Lease",
        plural: "leases"
    )

    package struct Spec: Codable, Sendable, Equatable {
        /// Empty or nil when nobody holds it.
        package var holderIdentity: String?
        package var leaseDurationSeconds: Int?
        package var acquireTime: MicroTime?
        package var renewTime: MicroTime?
        package var leaseTransitions: Int?

        package init() {}
    }

    package var metadata: ObjectMeta
    package var spec: Spec

    package init(metadata: ObjectMeta, spec: Spec = Spec()) {
        self.metadata = metadata
        self.spec = spec
    }
}
