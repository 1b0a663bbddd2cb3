import Kubernetes

/// A namespace, which the operator itself never makes.
package struct Namespace: KubernetesResource {
    package static let kind = ResourceKind(
        group: "",
        version: "v1",
        kind: "Namespace",
        plural: "namespaces",
        isNamespaced: false
    )

    package var metadata: ObjectMeta

    package init(name: String) { metadata = ObjectMeta(name: name) }
}
