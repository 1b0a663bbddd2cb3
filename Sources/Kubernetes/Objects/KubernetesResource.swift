/// A type of object that the API server keeps.
package protocol KubernetesResource: Codable, Sendable, Equatable {
    static var kind: ResourceKind { get }
    var metadata: ObjectMeta { get set }
}

/// Where objects of a type are found, and what they are called.
package struct ResourceKind: Sendable, Hashable {
    /// Empty for the core group.
    package let group: String
    package let version: String
    package let kind: String
    package let plural: String
    /// Whether objects belong to a namespace.
    package let isNamespaced: Bool

    package init(group: String, version: String, kind: String, plural: String, isNamespaced: Bool = true) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.isNamespaced = isNamespaced
    }

    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}

extension KubernetesResource {
    package var key: ObjectKey { ObjectKey(namespace: metadata.namespace ?? "", name: metadata.name) }

    /// A reference by which objects that this one controls name it; nil before it has been stored.
    package var controllerReference: OwnerReference? {
        metadata.uid.map { uid in
            OwnerReference(
                apiVersion: Self.kind.apiVersion,
                kind: Self.kind.kind,
                name: metadata.name,
                uid: uid,
                controller: true,
                blockOwnerDeletion: true
            )
        }
    }
}

/// An object with the two fields that say what it is, which our types leave to their `kind`.
struct TypedObject<Resource: KubernetesResource>: Encodable {
    let resource: Resource

    enum CodingKeys: String, CodingKey {
        case apiVersion, kind
    }

    func encode(to encoder: any Encoder) throws {
        try resource.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Resource.kind.apiVersion, forKey: .apiVersion)
        try container.encode(Resource.kind.kind, forKey: .kind)
    }
}
