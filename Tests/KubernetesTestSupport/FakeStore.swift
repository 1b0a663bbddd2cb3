import Foundation
import Kubernetes

/// The objects of the fake API server, and what has happened to them. Semantics are those of the real one as far as the
/// client and the operator depend on them; the contract tests hold the two together.
struct FakeStore: Sendable {
    struct Change: Sendable {
        let version: Int
        let type: String
        let collection: String
        let object: JSONValue
    }

    struct Refusal: Error {
        let status: Int
        let reason: String
        let message: String

        init(_ status: Int, _ reason: String, _ message: String) {
            self.status = status
            self.reason = reason
            self.message = message
        }
    }

    /// Where an object is: its collection (`apis/batch/v1/jobs`), namespace and name.
    struct Address: Hashable {
        let collection: String
        let key: ObjectKey
    }

    private(set) var version = 1
    private(set) var changes: [Change] = []
    /// Watches from before this version are told that it is too far back.
    private(set) var oldest = 0
    private var objects: [Address: JSONValue] = [:]

    /// Forgets what happened until now, as etcd does when it is compacted.
    mutating func compact() {
        oldest = version
        changes.removeAll()
    }

    func get(_ address: Address) throws -> JSONValue {
        guard let object = objects[address] else {
            throw Refusal(404, "NotFound", "\(address.collection) \"\(address.key.name)\" not found")
        }
        return object
    }

    func list(_ collection: String, namespace: String, labels: [String: String]) -> [JSONValue] {
        objects.filter { $0.key.collection == collection && (namespace.isEmpty || $0.key.key.namespace == namespace) }
            .sorted { $0.key.key < $1.key.key }
            .map(\.value)
            .filter { $0.hasLabels(labels) }
    }

    mutating func create(_ address: Address, _ object: JSONValue) throws -> JSONValue {
        guard objects[address] == nil else {
            throw Refusal(409, "AlreadyExists", "\(address.collection) \"\(address.key.name)\" already exists")
        }
        var object = object
        object.metadata["uid"] = .string(UUID().uuidString.lowercased())
        object.metadata["creationTimestamp"] = .string(Date().formatted(.iso8601))
        object.metadata["generation"] = .integer(1)
        object.metadata["namespace"] = address.key.namespace.isEmpty ? nil : .string(address.key.namespace)
        return store(object, at: address, as: "ADDED")
    }

    mutating func replace(_ address: Address, _ object: JSONValue, subresource: String?) throws -> JSONValue {
        let old = try get(address)
        if let version = object.metadata["resourceVersion"], version != old.metadata["resourceVersion"] {
            throw Refusal(409, "Conflict", "the object has been modified")
        }
        if let uid = object.metadata["uid"], uid != old.metadata["uid"] {
            throw Refusal(409, "Conflict", "the UID in the precondition does not match")
        }
        return update(address, from: old, to: object, subresource: subresource)
    }

    mutating func patch(_ address: Address, _ patch: JSONValue, subresource: String?) throws -> JSONValue {
        let old = try get(address)
        if let version = patch["metadata"]?["resourceVersion"], version != old.metadata["resourceVersion"] {
            throw Refusal(409, "Conflict", "the object has been modified")
        }
        return update(address, from: old, to: old.merged(with: patch), subresource: subresource)
    }

    mutating func delete(_ address: Address, uid: JSONValue?) throws {
        let old = try get(address)
        if let uid, uid != old.metadata["uid"] { throw Refusal(409, "Conflict", "the UID does not match") }
        objects[address] = nil
        version += 1
        var gone = old
        gone.metadata["resourceVersion"] = .string(String(version))
        changes.append(Change(version: version, type: "DELETED", collection: address.collection, object: gone))
        // What it owned is garbage.
        for (child, object) in objects where object.isOwned(by: old) { try delete(child, uid: nil) }
    }

    /// Status and the rest are written apart; a change of the spec makes a new generation, one of nothing makes none.
    private mutating func update(
        _ address: Address,
        from old: JSONValue,
        to new: JSONValue,
        subresource: String?
    ) -> JSONValue {
        var result = old
        if subresource == "status" {
            result["status"] = new["status"]
        } else {
            result = new
            result["status"] = old["status"]
            for field in ["uid", "creationTimestamp", "generation", "resourceVersion"] {
                result.metadata[field] = old.metadata[field]
            }
        }
        guard result != old else { return old }
        if result["spec"] != old["spec"], case .integer(let generation)? = old.metadata["generation"] {
            result.metadata["generation"] = .integer(generation + 1)
        }
        return store(result, at: address, as: "MODIFIED")
    }

    private mutating func store(_ object: JSONValue, at address: Address, as type: String) -> JSONValue {
        version += 1
        var object = object
        object.metadata["resourceVersion"] = .string(String(version))
        objects[address] = object
        changes.append(Change(version: version, type: type, collection: address.collection, object: object))
        return object
    }
}

extension JSONValue {

    subscript(name: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members[name]
        }
        set {
            guard case .object(var members) = self else { return }
            members[name] = newValue
            self = .object(members)
        }
    }

    var metadata: [String: JSONValue] {
        get {
            guard case .object(let members)? = self["metadata"] else { return [:] }
            return members
        }
        set { self["metadata"] = .object(newValue) }
    }

    func hasLabels(_ wanted: [String: String]) -> Bool {
        wanted.allSatisfy { self["metadata"]?["labels"]?[$0.key] == .string($0.value) }
    }

    func isOwned(by owner: JSONValue) -> Bool {
        guard case .array(let references)? = metadata["ownerReferences"], let uid = owner.metadata["uid"] else {
            return false
        }
        return references.contains { $0["uid"] == uid }
    }

    /// RFC 7386.
    func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result: JSONValue = if case .object = self { self } else { .object([:]) }
        for (name, value) in changes {
            result[name] = value == .null ? nil : (result[name] ?? .null).merged(with: value)
        }
        return result
    }
}
