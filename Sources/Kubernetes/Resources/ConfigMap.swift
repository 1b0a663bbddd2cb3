/// Settings by name (v1).
package struct ConfigMap: KubernetesResource {
    package static let kind = ResourceKind(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")

    package var metadata: ObjectMeta
    package var data: [String: String]?

    package init(metadata: ObjectMeta, data: [String: String]) {
        self.metadata = metadata
        self.data = data
    }
}
