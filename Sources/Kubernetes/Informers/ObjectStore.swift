import Synchronization

/// The objects of one type as they were last seen. Filled by an `Informer`, and by our own writes, so that nobody decides
/// on what was before them: of two states of an object the newer one counts, whichever way it came.
package final class ObjectStore<Resource: KubernetesResource>: Sendable {
    /// Hears of every change, in the order of changes to one object; either side may be missing.
    package typealias Handler = @Sendable (_ old: Resource?, _ new: Resource?) -> Void

    private struct State {
        var objects: [ObjectKey: Resource] = [:]
        var groups: [String: Set<ObjectKey>] = [:]
        /// At which version objects were deleted, so that an answer that comes late does not bring one back.
        var deleted: [ObjectKey: UInt64] = [:]
        var handlers: [Handler] = []
        var isBehind = false
    }

    private static var longestMemory: Int { 4096 }

    private let keeping: @Sendable (Resource) -> Resource
    private let group: @Sendable (Resource) -> [String]
    private let state = Mutex(State())
    private let filled = Gate()

    /// - Parameters:
    ///   - group: by what objects are looked up besides their key, see `objects(in:)`.
    ///   - keeping: what of an object is kept, where thousands of them are and not all that they hold is asked for. Version
    ///     and key must stay.
    package init(
        group: @escaping @Sendable (Resource) -> [String] = { _ in [] },
        keeping: @escaping @Sendable (Resource) -> Resource = { $0 }
    ) {
        self.keeping = keeping
        self.group = group
    }

    package subscript(key: ObjectKey) -> Resource? { state.withLock { $0.objects[key] } }

    package var all: [Resource] { state.withLock { Array($0.objects.values) } }

    package var count: Int { state.withLock { $0.objects.count } }

    package func objects(in group: String) -> [Resource] {
        state.withLock { state in (state.groups[group] ?? []).compactMap { state.objects[$0] } }
    }

    /// Whether everything that there is has been seen once.
    package var isComplete: Bool { filled.isOpen }

    /// Whether what has happened lately may not have been heard of: a watch has failed, and nothing came since.
    package var isBehind: Bool { state.withLock { $0.isBehind } }

    func setBehind(_ isBehind: Bool) { state.withLock { $0.isBehind = isBehind } }

    package func waitUntilComplete() async throws { try await filled.wait() }

    /// Set before the informer runs.
    package func onChange(_ handler: @escaping Handler) { state.withLock { $0.handlers.append(handler) } }

    /// Takes in a newer state of an object; an older one changes nothing.
    package func put(_ object: Resource) {
        let object = keeping(object)
        change { state in
            let version = object.version
            if let known = state.objects[object.key], known.version >= version { return [] }
            if let gone = state.deleted[object.key], gone >= version { return [] }
            return [(insert(object, into: &state), object)]
        }
    }

    package func remove(_ object: Resource) {
        change { state in
            if let known = state.objects[object.key], known.version > object.version { return [] }
            if state.deleted.count >= Self.longestMemory { state.deleted.removeAll() }
            state.deleted[object.key] = object.version
            guard let old = drop(object.key, from: &state) else { return [] }
            return [(old, nil)]
        }
    }

    /// Takes in a whole list of this version; what is not on it and not newer is gone.
    func replace(with list: [Resource], version: String) {
        change { state in
            let listed = UInt64(version) ?? .max
            let names = Set(list.map(\.key))
            var changes: [(Resource?, Resource?)] = []
            for (key, object) in state.objects where !names.contains(key) && object.version <= listed {
                changes.append((drop(key, from: &state), nil))
            }
            for object in list {
                if let known = state.objects[object.key], known.version >= object.version { continue }
                let object = keeping(object)
                changes.append((insert(object, into: &state), object))
            }
            return changes
        }
        filled.open()
    }

    private func insert(_ object: Resource, into state: inout State) -> Resource? {
        let old = drop(object.key, from: &state)
        state.objects[object.key] = object
        for name in group(object) { state.groups[name, default: []].insert(object.key) }
        return old
    }

    private func drop(_ key: ObjectKey, from state: inout State) -> Resource? {
        guard let old = state.objects.removeValue(forKey: key) else { return nil }
        for name in group(old) {
            state.groups[name]?.remove(key)
            if state.groups[name]?.isEmpty == true { state.groups[name] = nil }
        }
        return old
    }

    private func change(_ body: (inout State) -> [(Resource?, Resource?)]) {
        let (changes, handlers) = state.withLock { state in (body(&state), state.handlers) }
        for (old, new) in changes {
            for handler in handlers { handler(old, new) }
        }
    }
}

extension KubernetesResource {
    /// Versions of one type can be compared as numbers (KEP-5504); one that is none counts as the newest.
    fileprivate var version: UInt64 { metadata.resourceVersion.flatMap { UInt64($0) } ?? .max }
}
