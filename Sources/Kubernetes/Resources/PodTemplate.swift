import Foundation

/// From what a Job or a Deployment makes its pods.
package struct PodTemplate: Codable, Sendable, Equatable {
    package struct Metadata: Codable, Sendable, Equatable {
        package var labels: [String: String]?
        package var annotations: [String: String]?

        package init(labels: [String: String]? = nil, annotations: [String: String]? = nil) {
            self.labels = labels
            self.annotations = annotations
        }
    }

    package var metadata: Metadata
    package var spec: PodSpec
    /// A strategic merge patch of this template, which goes over the other two when it is written.
    package var overrides: JSONValue?

    package init(metadata: Metadata, spec: PodSpec, overrides: JSONValue? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.overrides = overrides
    }

    private enum CodingKeys: String, CodingKey {
        case metadata, spec
    }

    private struct Plain: Encodable {
        let metadata: Metadata
        let spec: PodSpec
    }

    /// What whoever made the template finds its pods by, and what it says of their end, no patch can change.
    package func encode(to encoder: any Encoder) throws {
        let plain = Plain(metadata: metadata, spec: spec)
        guard let overrides else { return try plain.encode(to: encoder) }
        let bytes = try KubernetesJSON.encoder().encode(plain)
        let merged = StrategicMerge.apply(overrides, to: try JSONDecoder().decode(JSONValue.self, from: bytes))
        let fixed = JSONValue.object([
            "metadata": .object(["labels": .object((metadata.labels ?? [:]).mapValues { .string($0) })]),
            "spec": .object(spec.restartPolicy.map { ["restartPolicy": .string($0)] } ?? [:]),
        ])
        try StrategicMerge.apply(fixed, to: merged).encode(to: encoder)
    }
}

/// Chooses objects by their labels.
package struct LabelSelector: Codable, Sendable, Equatable {
    package var matchLabels: [String: String]?

    package init(matchLabels: [String: String]) { self.matchLabels = matchLabels }
}
