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

    package init(metadata: Metadata, spec: PodSpec) {
        self.metadata = metadata
        self.spec = spec
    }
}

/// Chooses objects by their labels.
package struct LabelSelector: Codable, Sendable, Equatable {
    package var matchLabels: [String: String]?

    package init(matchLabels: [String: String]) { self.matchLabels = matchLabels }
}
