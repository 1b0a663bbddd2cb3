import Foundation
import NIOHTTP1

/// Asks the API server whether somebody may do something to objects (authorization.k8s.io/v1). It is not kept anywhere.
package struct SubjectAccessReview: Codable, Sendable, Equatable {
    /// Somebody, as whoever knows them has told us.
    package struct Subject: Hashable, Sendable {
        package var user: String
        package var groups: [String]
        package var extra: [String: [String]]

        package init(user: String, groups: [String] = [], extra: [String: [String]] = [:]) {
            self.user = user
            self.groups = groups
            self.extra = extra
        }
    }

    package struct ResourceAttributes: Codable, Hashable, Sendable {
        package var namespace: String
        package var verb: String
        package var group: String
        package var version: String
        package var resource: String

        package init(namespace: String, verb: String, group: String, version: String, resource: String) {
            self.namespace = namespace
            self.verb = verb
            self.group = group
            self.version = version
            self.resource = resource
        }
    }

    package struct Spec: Codable, Sendable, Equatable {
        package var user: String
        package var groups: [String]
        package var extra: [String: [String]]
        package var resourceAttributes: ResourceAttributes
    }

    package struct Status: Codable, Sendable, Equatable {
        package var allowed: Bool
        /// Why, in words; not always given.
        package var reason: String?

        package init(allowed: Bool) { self.allowed = allowed }
    }

    package var apiVersion = "authorization.k8s.io/v1"
    package var kind = "SubjectAccessReview"
    package var spec: Spec
    package var status: Status?

    package init(_ subject: Subject, _ attributes: ResourceAttributes) {
        spec = Spec(
            user: subject.user,
            groups: subject.groups,
            extra: subject.extra,
            resourceAttributes: attributes
        )
    }
}

extension KubernetesRequest where Answer == SubjectAccessReview {
    package static func review(_ review: SubjectAccessReview) throws -> Self {
        var request = Self(.POST, path: "/apis/authorization.k8s.io/v1/subjectaccessreviews")
        request.contentType = "application/json"
        request.body = Array(try KubernetesJSON.encoder().encode(review))
        return request
    }
}
