import Foundation
import NIOCore
import NIOHTTP1

/// One request to the API server, and how its answer is read. A value: what it says is tested without a server.
package struct KubernetesRequest<Answer: Sendable>: Sendable {
    package let method: HTTPMethod
    /// Below the server's address, without the query.
    package let path: String
    package var query: [URLQueryItem] = []
    package var contentType: String?
    package var body: [UInt8]?
    let decode: @Sendable (ByteBuffer) throws -> Answer

    /// Path and query, escaped.
    package var target: String {
        guard !query.isEmpty else { return path }
        var components = URLComponents()
        components.queryItems = query
        // A plus is a space to many servers, and `URLComponents` leaves it.
        let text = components.percentEncodedQuery?.replacing("+", with: "%2B") ?? ""
        return "\(path)?\(text)"
    }

    /// For messages: what was attempted.
    var summary: String { "\(method.rawValue) \(path)" }
}

extension KubernetesRequest where Answer: Decodable {
    /// A request whose answer is JSON.
    package init(_ method: HTTPMethod, path: String) {
        self.init(method: method, path: path) { body in
            try KubernetesJSON.decoder().decode(Answer.self, from: Data(body.readableBytesView))
        }
    }
}

/// Which objects a list or a watch is about.
package struct ObjectSelection: Sendable, Equatable {
    /// nil for those of all namespaces.
    package var namespace: String?
    /// As `kubectl get -l` takes it.
    package var labels: String?

    package init(namespace: String? = nil, labels: String? = nil) {
        self.namespace = namespace
        self.labels = labels
    }

    var query: [URLQueryItem] { labels.map { [URLQueryItem(name: "labelSelector", value: $0)] } ?? [] }
}

extension KubernetesRequest where Answer: KubernetesResource {
    package static func get(_ key: ObjectKey) -> Self { Self(.GET, path: Answer.kind.path(to: key)) }

    package static func create(_ object: Answer) throws -> Self {
        var request = Self(.POST, path: Answer.kind.path(in: object.metadata.namespace))
        request.contentType = "application/json"
        request.body = try KubernetesJSON.bytes(of: object)
        return request
    }

    /// Replaces the object; 409 when its `resourceVersion` is no longer the current one.
    package static func replace(_ object: Answer) throws -> Self {
        var request = Self(.PUT, path: Answer.kind.path(to: object.key))
        request.contentType = "application/json"
        request.body = try KubernetesJSON.bytes(of: object)
        return request
    }

    /// Replaces the status and nothing else; 409 when the object is no longer of this `resourceVersion`.
    package static func replaceStatus(_ object: Answer) throws -> Self {
        var request = Self(.PUT, path: Answer.kind.path(to: object.key) + "/status")
        request.contentType = "application/json"
        request.body = try KubernetesJSON.bytes(of: object)
        return request
    }

    /// Server-side apply: makes the object, or makes it agree with all that is said here, and takes back what `manager`
    /// said before and does not now.
    package static func apply(_ object: Answer, manager: String) throws -> Self {
        var request = Self(.PATCH, path: Answer.kind.path(to: object.key))
        request.query = [
            URLQueryItem(name: "fieldManager", value: manager), URLQueryItem(name: "force", value: "true"),
        ]
        request.contentType = "application/apply-patch+yaml"
        request.body = try KubernetesJSON.bytes(of: object)
        return request
    }

    /// A JSON merge patch (RFC 7386) of the object or of a subresource, `status` for example.
    package static func patch(
        _ key: ObjectKey,
        subresource: String? = nil,
        _ patch: some Encodable,
        manager: String
    ) throws -> Self {
        let path = Answer.kind.path(to: key) + (subresource.map { "/\($0)" } ?? "")
        var request = Self(.PATCH, path: path)
        request.query = [URLQueryItem(name: "fieldManager", value: manager)]
        request.contentType = "application/merge-patch+json"
        request.body = Array(try KubernetesJSON.encoder().encode(patch))
        return request
    }

}

extension KubernetesRequest where Answer == Void {
    /// Deletes the object if it is the one with this `uid`: one that was made anew under its name stays. What it owns is
    /// collected afterwards.
    package static func delete<Resource: KubernetesResource>(
        _ type: Resource.Type,
        _ key: ObjectKey,
        uid: String?
    ) throws -> Self {
        var request = Self(method: .DELETE, path: Resource.kind.path(to: key)) { _ in }
        request.contentType = "application/json"
        request.body = Array(try KubernetesJSON.encoder().encode(DeleteOptions(uid: uid)))
        return request
    }
}

extension KubernetesRequest {
    /// A page of a list, of 500 objects at most; `next` is what the page before it said.
    package static func list<Resource: KubernetesResource>(
        _ selection: ObjectSelection,
        after next: String? = nil
    ) -> Self where Answer == ObjectList<Resource> {
        var request = Self(.GET, path: Resource.kind.path(in: selection.namespace))
        request.query = selection.query + [URLQueryItem(name: "limit", value: "500")]
        if let next { request.query.append(URLQueryItem(name: "continue", value: next)) }
        return request
    }
}

/// What a watch asks for; its answer is a line per event.
package struct WatchRequest<Resource: KubernetesResource>: Sendable {
    package let selection: ObjectSelection
    /// nil for one that begins with all that there is, as a list would, but one by one (KEP-3157).
    package let resourceVersion: String?
    /// Seconds after which the server ends it.
    package let timeout: Int

    package init(_ selection: ObjectSelection, resourceVersion: String?, timeout: Int) {
        self.selection = selection
        self.resourceVersion = resourceVersion
        self.timeout = timeout
    }

    package var request: KubernetesRequest<Void> {
        var request = KubernetesRequest<Void>(method: .GET, path: Resource.kind.path(in: selection.namespace)) { _ in }
        request.query =
            selection.query + [
                URLQueryItem(name: "watch", value: "true"),
                URLQueryItem(name: "allowWatchBookmarks", value: "true"),
            ]
        if let resourceVersion {
            request.query.append(URLQueryItem(name: "resourceVersion", value: resourceVersion))
        } else {
            request.query += [
                URLQueryItem(name: "sendInitialEvents", value: "true"),
                URLQueryItem(name: "resourceVersionMatch", value: "NotOlderThan"),
            ]
        }
        request.query.append(URLQueryItem(name: "timeoutSeconds", value: String(timeout)))
        return request
    }
}

private struct DeleteOptions: Encodable {
    struct Preconditions: Encodable { let uid: String }

    let apiVersion = "v1"
    let kind = "DeleteOptions"
    let propagationPolicy = "Background"
    let preconditions: Preconditions?

    init(uid: String?) { preconditions = uid.map(Preconditions.init) }
}

extension ResourceKind {
    /// Of the collection; of all namespaces when none is given.
    func path(in namespace: String?) -> String {
        let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        guard isNamespaced, let namespace, !namespace.isEmpty else { return "\(root)/\(plural)" }
        return "\(root)/namespaces/\(escaped(namespace))/\(plural)"
    }

    func path(to key: ObjectKey) -> String { "\(path(in: key.namespace))/\(escaped(key.name))" }

    /// Names from outside never add a segment.
    private func escaped(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~:")))
            ?? ""
    }
}
