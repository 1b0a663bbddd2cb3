import Foundation

/// Something that happened to an object, as `kubectl describe` shows it (events.k8s.io/v1).
package struct Event: KubernetesResource {
    package static let kind = ResourceKind(group: "events.k8s.io", version: "v1", kind: "Event", plural: "events")

    package struct Series: Codable, Sendable, Equatable {
        package var count: Int
        package var lastObservedTime: MicroTime
    }

    package struct Reference: Codable, Sendable, Hashable {
        package var apiVersion: String
        package var kind: String
        package var namespace: String
        package var name: String
        package var uid: String?
    }

    package var metadata: ObjectMeta
    package var eventTime: MicroTime
    package var reportingController: String
    package var reportingInstance: String
    package var action: String
    package var reason: String
    package var regarding: Reference
    package var note: String
    package var type: String
    /// How often it happened, once it has more than once.
    package var series: Series?
}
