import Foundation
import NIOHTTP1

/// Asks the API server whose token somebody has shown (authentication.k8s.io/v1). It is not kept anywhere.
package struct TokenReview: Codable, Sendable, Equatable {
    package struct Spec: Codable, Sendable, Equatable {
        package var token: String
        /// The token must be good for one of these.
        package var audiences: [String]

        package init(token: String, audiences: [String]) {
            self.token = token
            self.audiences = audiences
        }
    }

    package struct User: Codable, Sendable, Equatable {
        /// `system:serviceaccount:NAMESPACE:NAME` for a ServiceAccount.
        package var username: String?
        package var extra: [String: [String]]?

        package init(username: String?, extra: [String: [String]]? = nil) {
            self.username = username
            self.extra = extra
        }
    }

    package struct Status: Codable, Sendable, Equatable {
        package var authenticated: Bool?
        /// Those of the ones asked for that it is good for.
        package var audiences: [String]?
        package var user: User?
        /// Why it is not good.
        package var error: String?

        package init(authenticated: Bool, audiences: [String]? = nil, user: User? = nil) {
            self.authenticated = authenticated
            self.audiences = audiences
            self.user = user
        }
    }

    package var apiVersion = "authentication.k8s.io/v1"
    package var kind = "TokenReview"
    package var spec: Spec
    package var status: Status?

    package init(spec: Spec, status: Status? = nil) {
        self.spec = spec
        self.status = status
    }
}

extension KubernetesRequest where Answer == TokenReview {
    package static func review(token: String, audiences: [String]) throws -> Self {
        var request = Self(.POST, path: "/apis/authentication.k8s.io/v1/tokenreviews")
        request.contentType = "application/json"
        let review = TokenReview(spec: TokenReview.Spec(token: token, audiences: audiences))
        request.body = Array(try KubernetesJSON.encoder().encode(review))
        return request
    }
}

extension TokenReview.User {
    /// The pod that the token is bound to (KEP-1205); nil for a token of none.
    package var pod: (name: String, uid: String)? {
        guard let name = extra?["authentication.kubernetes.io/pod-name"]?.first,
            let uid = extra?["authentication.kubernetes.io/pod-uid"]?.first
        else { return nil }
        return (name, uid)
    }
}
