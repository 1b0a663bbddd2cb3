import Foundation

/// An API that another server than the API server serves, which the API server passes requests on to
/// (apiregistration.k8s.io/v1).
package struct APIService: KubernetesResource {
    package static let kind = ResourceKind(
        group: "apiregistration.k8s.io",
        version: "v1",
        kind: "APIService",
        plural: "apiservices",
        isNamespaced: false
    )

    package struct Spec: Codable, Sendable, Equatable {
        /// PEM certificates of which one must have signed the server's.
        package var caBundle: Data?

        package init(caBundle: Data?) { self.caBundle = caBundle }
    }

    package var metadata: ObjectMeta
    package var spec: Spec

    package init(metadata: ObjectMeta, spec: Spec) {
        self.metadata = metadata
        self.spec = spec
    }
}
