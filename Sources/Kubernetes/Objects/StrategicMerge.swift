/// Kubernetes' strategic merge patch ("Update API Objects in Place Using kubectl patch"), for what a pod template consists of:
/// objects are merged, null removes, and lists whose entries have a key are merged by it; other lists are replaced. An entry
/// with `$patch: delete` removes the one of its key.
enum StrategicMerge {
    /// The keys of lists in a pod template (core/v1, `patchMergeKey`), by the list's name.
    private static let keys: [String: String] = [
        "containers": "name", "initContainers": "name", "ephemeralContainers": "name", "volumes": "name", "env": "name",
        "imagePullSecrets": "name", "volumeMounts": "mountPath", "volumeDevices": "devicePath",
        "ports": "containerPort",
        "hostAliases": "ip", "topologySpreadConstraints": "topologyKey", "resourceClaims": "name",
    ]

    static func apply(_ patch: JSONValue, to value: JSONValue?) -> JSONValue { merge(value, patch, listKey: nil) }

    private static func merge(_ old: JSONValue?, _ patch: JSONValue, listKey: String?) -> JSONValue {
        switch patch {
        case .object(let members):
            var result: [String: JSONValue] = if case .object(let known)? = old { known } else { [:] }
            for (name, member) in members where name != "$patch" {
                result[name] = member == .null ? nil : merge(result[name], member, listKey: keys[name])
            }
            return .object(result)
        case .array(let entries):
            guard let listKey else { return patch }
            var result: [JSONValue] = if case .array(let known)? = old { known } else { [] }
            for entry in entries { merge(entry, into: &result, by: listKey) }
            return .array(result)
        default: return patch
        }
    }

    private static func merge(_ entry: JSONValue, into list: inout [JSONValue], by key: String) {
        let identity = entry.member(key)
        let index = list.firstIndex { $0.member(key) == identity && identity != nil }
        if entry.member("$patch") == .string("delete") {
            if let index { list.remove(at: index) }
        } else if let index {
            list[index] = merge(list[index], entry, listKey: nil)
        } else {
            list.append(entry)
        }
    }
}
