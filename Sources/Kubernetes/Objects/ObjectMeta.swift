import Foundation

/// What every object has (metav1.ObjectMeta), as far as a controller reads or writes it. What is not listed here is not
/// decoded, `managedFields` above all, which can be a fourth of an object.
package struct ObjectMeta: Codable, Sendable, Equatable {
    package var name: String
    package var namespace: String?
    package var uid: String?
    package var resourceVersion: String?
    /// Grows with every change of the spec, and with nothing else.
    package var generation: Int64?
    package var labels: [String: String]?
    package var annotations: [String: String]?
    package var ownerReferences: [OwnerReference]?
    package var creationTimestamp: Date?
    /// Set while the object is being deleted.
    package var deletionTimestamp: Date?

    package init(
        name: String,
        namespace: String? = nil,
        labels: [String: String]? = nil,
        annotations: [String: String]? = nil,
        ownerReferences: [OwnerReference]? = nil
    ) {
        self.name = name
        self.namespace = namespace
        self.labels = labels
        self.annotations = annotations
        self.ownerReferences = ownerReferences
    }

    /// The object that manages this one; its garbage is collected with it.
    package var controller: OwnerReference? { ownerReferences?.first { $0.controller == true } }
}
