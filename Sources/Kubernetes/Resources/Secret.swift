import Foundation

/// Settings that not everybody may read (v1). Values travel in base64.
package struct Secret: KubernetesResource {
    package static let kind = ResourceKind(group: "", version: "v1", kind: "Secret", plural: "secrets")

    package var metadata: ObjectMeta
    package var type: String?
    package var data: [String: Data]?

    package init(metadata: ObjectMeta, type: String? = nil, data: [String: Data]) {
        self.metadata = metadata
        self.type = type
        self.data = data
    }

    /// A value that is text; nil when it is absent or none.
    package func text(_ key: String) -> String? { data?[key].flatMap { String(data: $0, encoding: .utf8) } }
}
