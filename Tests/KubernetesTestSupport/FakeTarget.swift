import Foundation
import Hummingbird
import Kubernetes

/// What a request is about.
struct FakeTarget {
    /// `apis/batch/v1/jobs`
    let collection: String
    let call: FakeCall
    let labels: [String: String]

    var address: FakeStore.Address { FakeStore.Address(collection: collection, key: call.key) }

    /// nil for a path that is none of the API.
    init?(_ request: Request) {
        var parts = request.uri.path.split(separator: "/").map(String.init)[...]
        let isCore = parts.first == "api"
        guard isCore || parts.first == "apis", parts.count >= (isCore ? 3 : 4) else { return nil }
        let root = parts.prefix(isCore ? 2 : 3).joined(separator: "/")
        parts = parts.dropFirst(isCore ? 2 : 3)
        var namespace = ""
        if parts.first == "namespaces", parts.count >= 3 {
            namespace = parts[parts.startIndex + 1]
            parts = parts.dropFirst(2)
        }
        guard let plural = parts.popFirst() else { return nil }
        let name = parts.popFirst() ?? ""
        collection = "\(root)/\(plural)"
        let query = Dictionary(
            request.uri.queryParameters.map { (String($0.key), String($0.value)) },
            uniquingKeysWith: { $1 }
        )
        call = FakeCall(
            method: request.method.rawValue,
            plural: plural,
            key: ObjectKey(namespace: namespace, name: name),
            subresource: parts.popFirst(),
            query: query,
            userAgent: request.headers[.userAgent] ?? ""
        )
        let selector = (query["labelSelector"]?.removingPercentEncoding ?? "").split(separator: ",")
        labels = Dictionary(
            selector.compactMap { part in
                let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
                return sides.count == 2 ? (sides[0], sides[1]) : nil
            },
            uniquingKeysWith: { $1 }
        )
    }
}
