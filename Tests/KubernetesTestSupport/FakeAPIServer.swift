import Foundation
import HTTPTypes
import Hummingbird
import Kubernetes
import Logging
import NIOCore
import Synchronization

/// An API server in memory that fails when and how a test wants it to. It has no schemas, no defaults and no controllers.
package final class FakeAPIServer: Sendable {
    fileprivate struct Watcher {
        let collection: String
        let namespace: String
        let labels: [String: String]
        let events: AsyncStream<JSONValue>.Continuation
    }

    fileprivate struct State {
        var store = FakeStore()
        var watchers: [Int: Watcher] = [:]
        var nextTicket = 0
        var calls: [FakeCall] = []
        /// Asked for every call, in the order in which they come, after it has been recorded.
        var fault: @Sendable (FakeCall) -> FakeFault? = { _ in nil }
        /// Whose tokens are whose; all others are nobody's.
        var tokens: [String: TokenReview.Status] = [:]
        /// What who may do; nobody anything, to begin with.
        var permission: @Sendable (SubjectAccessReview.Spec) -> Bool = { _ in false }
        /// Whether watches may begin with all that there is, as they may since Kubernetes 1.34.
        var streamsLists = true
        /// Objects on a page at most, whatever is asked for.
        var pageSize = Int.max
    }

    private let state = Mutex(State())

    package init() {}

    package func setFault(_ fault: @escaping @Sendable (FakeCall) -> FakeFault?) { state.withLock { $0.fault = fault } }
    package func setToken(_ token: String, _ status: TokenReview.Status) {
        state.withLock { $0.tokens[token] = status }
    }
    package func setPermission(_ permission: @escaping @Sendable (SubjectAccessReview.Spec) -> Bool) {
        state.withLock { $0.permission = permission }
    }
    package func setStreamsLists(_ streams: Bool) { state.withLock { $0.streamsLists = streams } }
    package func setPageSize(_ size: Int) { state.withLock { $0.pageSize = size } }
    package var calls: [FakeCall] { state.withLock { $0.calls } }
    package var watchCount: Int { state.withLock { $0.watchers.count } }

    package func compact() { state.withLock { $0.store.compact() } }

    /// Ends all watches, as the real server does after the time that was asked for.
    package func closeWatches() {
        let watchers = state.withLock { $0.watchers.values.map(\.events) }
        for events in watchers { events.finish() }
    }

    /// Runs it on a port of its own while `body` does, which gets the way to it.
    package func run(_ body: (ClusterConnection) async throws -> Void) async throws {
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let router = Router()
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
            router.on("/**", method: method) { request, _ in try await self.serve(request) }
        }
        let app = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                announce.yield(channel.localAddress?.port ?? 0)
                announce.finish()
            },
            logger: Logger(label: "fake") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            for await port in ports {
                guard let server = URL(string: "http://127.0.0.1:\(port)") else { continue }
                try await body(ClusterConnection(server: server, authority: nil, credential: .token("test")))
            }
            closeWatches()
            group.cancelAll()
        }
    }
}

// MARK: - Serving

extension FakeAPIServer {
    private func serve(_ request: Request) async throws -> Response {
        guard let target = FakeTarget(request) else { return FakeAnswer.refusal(404, "NotFound", "no such path") }
        let body = try await request.body.collect(upTo: 4 << 20)
        let fault = state.withLock { state in
            state.calls.append(target.call)
            return state.fault(target.call)
        }
        do {
            switch fault {
            case .status(let status, let reason, let wait):
                return FakeAnswer.refusal(status, reason, "as the test wants", retryAfter: wait)
            case .statusAfterwards(let status):
                _ = try answer(to: target, Data(body.readableBytesView))
                return FakeAnswer.refusal(status, nil, "as the test wants")
            case .drop: return FakeAnswer.dropped
            case .silence: return FakeAnswer.stream(AsyncStream { _ in })
            case .expired: return FakeAnswer.stream(FakeAnswer.expired)
            case nil: break
            }
            guard target.call.isWatch else {
                return FakeAnswer.json(try answer(to: target, Data(body.readableBytesView)))
            }
            return watch(target)
        } catch let refusal as FakeStore.Refusal {
            return FakeAnswer.refusal(refusal.status, refusal.reason, refusal.message)
        }
    }

    private func answer(to target: FakeTarget, _ body: Data) throws -> JSONValue {
        let object = body.isEmpty ? JSONValue.null : try JSONDecoder().decode(JSONValue.self, from: body)
        return try state.withLock { state in
            let known = state.store.changes.count
            defer { state.tell(state.store.changes.dropFirst(known)) }
            return try state.carryOut(target, object)
        }
    }

    private func watch(_ target: FakeTarget) -> Response {
        let (events, continuation) = AsyncStream<JSONValue>.makeStream()
        let watcher = Watcher(
            collection: target.collection,
            namespace: target.call.key.namespace,
            labels: target.labels,
            events: continuation
        )
        let wantsAll = target.call.query["sendInitialEvents"] == "true"
        guard !wantsAll || state.withLock({ $0.streamsLists }) else {
            return FakeAnswer.refusal(422, "Invalid", "sendInitialEvents is forbidden")
        }
        state.withLock { state in
            let start = target.call.query["resourceVersion"].flatMap(Int.init) ?? 0
            guard wantsAll || start >= state.store.oldest else {
                continuation.yield(FakeAnswer.expiredEvent)
                continuation.finish()
                return
            }
            if wantsAll {
                watcher.list(state.store)
            } else {
                for change in state.store.changes where change.version > start { watcher.tell(change) }
            }
            let ticket = state.nextTicket
            state.nextTicket += 1
            state.watchers[ticket] = watcher
            continuation.onTermination = { _ in
                self.state.withLock { $0.watchers[ticket] = nil }
            }
        }
        return FakeAnswer.stream(events)
    }
}

extension FakeAPIServer.Watcher {
    /// All that there is, and a bookmark behind it.
    func list(_ store: FakeStore) {
        for object in store.list(collection, namespace: namespace, labels: labels) {
            events.yield(.object(["type": .string("ADDED"), "object": object]))
        }
        let metadata: JSONValue = .object([
            "resourceVersion": .string(String(store.version)),
            "annotations": .object(["k8s.io/initial-events-end": .string("true")]),
        ])
        events.yield(.object(["type": .string("BOOKMARK"), "object": .object(["metadata": metadata])]))
    }

    func tell(_ change: FakeStore.Change) {
        guard change.collection == collection, change.object.hasLabels(labels) else { return }
        guard namespace.isEmpty || change.object.metadata["namespace"] == .string(namespace) else { return }
        events.yield(.object(["type": .string(change.type), "object": change.object]))
    }
}

extension FakeAPIServer.State {
    func tell(_ changes: ArraySlice<FakeStore.Change>) {
        for change in changes {
            for watcher in watchers.values { watcher.tell(change) }
        }
    }

    mutating func carryOut(_ target: FakeTarget, _ object: JSONValue) throws -> JSONValue {
        let (address, call) = (target.address, target.call)
        switch call.method {
        case "GET" where call.key.name.isEmpty: return list(target)
        case "GET": return try store.get(address)
        case "POST" where call.plural == "tokenreviews": return try review(object)
        case "POST" where call.plural == "subjectaccessreviews": return try reviewAccess(object)
        case "POST":
            guard case .string(let name)? = object.metadata["name"] else {
                throw FakeStore.Refusal(422, "Invalid", "metadata.name is required")
            }
            let key = ObjectKey(namespace: call.key.namespace, name: name)
            return try store.create(FakeStore.Address(collection: target.collection, key: key), object)
        case "PUT": return try store.replace(address, object, subresource: call.subresource)
        case "PATCH":
            let isNew = (try? store.get(address)) == nil
            // Server-side apply makes what is not there; a patch does not.
            if isNew, call.query["force"] == "true" { return try store.create(address, object) }
            return try store.patch(address, object, subresource: call.subresource)
        case "DELETE":
            try store.delete(address, uid: object["preconditions"]?["uid"])
            return .object(["kind": .string("Status"), "status": .string("Success")])
        default: throw FakeStore.Refusal(405, "MethodNotAllowed", call.method)
        }
    }

    private func review(_ object: JSONValue) throws -> JSONValue {
        guard case .string(let token)? = object["spec"]?["token"],
            case .array(let wanted)? = object["spec"]?["audiences"]
        else { throw FakeStore.Refusal(422, "Invalid", "spec.token and spec.audiences are required") }
        var status = tokens[token] ?? TokenReview.Status(authenticated: false)
        status.audiences = status.audiences?.filter { wanted.contains(.string($0)) }
        if status.audiences?.isEmpty ?? true { status = TokenReview.Status(authenticated: false) }
        let answer = TokenReview(spec: TokenReview.Spec(token: token, audiences: []), status: status)
        return try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(answer))
    }

    private func reviewAccess(_ object: JSONValue) throws -> JSONValue {
        var review = try JSONDecoder().decode(SubjectAccessReview.self, from: JSONEncoder().encode(object))
        review.status = SubjectAccessReview.Status(allowed: permission(review.spec))
        return try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(review))
    }

    private func list(_ target: FakeTarget) -> JSONValue {
        let call = target.call
        let all = store.list(target.collection, namespace: call.key.namespace, labels: target.labels)
        let size = min(call.query["limit"].flatMap(Int.init) ?? .max, pageSize)
        let start = call.query["continue"].flatMap(Int.init) ?? 0
        let page = Array(all.dropFirst(start).prefix(size))
        var metadata: [String: JSONValue] = ["resourceVersion": .string(String(store.version))]
        if start + page.count < all.count { metadata["continue"] = .string(String(start + page.count)) }
        return .object(["metadata": .object(metadata), "items": .array(page)])
    }
}
