import Foundation
import Kubernetes
import Yams

/// A definition from `crds/`, as it is installed.
package struct CustomResourceDefinition: KubernetesResource {
    package static let kind = ResourceKind(
        group: "apiextensions.k8s.io",
        version: "v1",
        kind: "CustomResourceDefinition",
        plural: "customresourcedefinitions",
        isNamespaced: false
    )

    package struct Spec: Codable, Sendable, Equatable {
        package struct Names: Codable, Sendable, Equatable {
            package var kind: String
            package var plural: String
            package var singular: String
            package var listKind: String
            package var shortNames: [String]?
            package var categories: [String]?
        }

        package var group: String
        package var scope: String
        package var names: Names
        package var versions: [JSONValue]
    }

    package struct Status: Codable, Sendable, Equatable {
        package struct Condition: Codable, Sendable, Equatable {
            package var type: String
            package var status: String
            package var message: String?
        }

        package var conditions: [Condition]?
    }

    package var metadata: ObjectMeta
    package var spec: Spec
    package var status: Status?

    /// All of the repository's.
    package static func all() throws -> [CustomResourceDefinition] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "crds")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "yaml" }.sorted { $0.path() < $1.path() }
            .map { file in
                try YAMLDecoder().decode(
                    CustomResourceDefinition.self,
                    from: try String(contentsOf: file, encoding: .utf8)
                )
            }
    }

    /// The schema of the one version.
    package var schema: JSONValue? { spec.versions.first?.member("schema")?.member("openAPIV3Schema") }
}
