/// One line of a watch.
package enum WatchEvent<Resource: KubernetesResource>: Sendable, Equatable {
    /// Added or modified: a watch that goes on after a gap cannot tell the two apart, so nothing here does.
    case changed(Resource)
    case deleted(Resource)
    /// Nothing has changed up to this version. `endsList`: what came before it is all that there was when the watch began.
    case bookmark(resourceVersion: String, endsList: Bool = false)
}

extension WatchEvent: Decodable {
    private enum CodingKeys: String, CodingKey {
        case type, object
    }

    private struct Bookmark: Decodable {
        struct Metadata: Decodable {
            var resourceVersion: String
            var annotations: [String: String]?
        }
        var metadata: Metadata
    }

    /// Throws a `KubernetesError` for an event that reports one.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(String.self, forKey: .type) {
        case "ADDED", "MODIFIED": self = .changed(try container.decode(Resource.self, forKey: .object))
        case "DELETED": self = .deleted(try container.decode(Resource.self, forKey: .object))
        case "BOOKMARK":
            let bookmark = try container.decode(Bookmark.self, forKey: .object)
            self = .bookmark(
                resourceVersion: bookmark.metadata.resourceVersion,
                endsList: bookmark.metadata.annotations?["k8s.io/initial-events-end"] == "true"
            )
        case "ERROR":
            let status = try container.decode(StatusBody.self, forKey: .object)
            throw KubernetesError(status: status.code ?? 500, body: status, retryAfter: nil, attempted: "a watch")
        case let type:
            throw DecodingError.dataCorruptedError(
                forKey: .type,
                in: container,
                debugDescription: "\(type) is no type of watch event"
            )
        }
    }
}
