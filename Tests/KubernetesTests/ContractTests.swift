import Foundation
import Kubernetes
import KubernetesTestSupport
import Logging
import Testing

/// What the client and the operator rely on, held against the fake API server and, where it can be had, a real one.
@Suite(.timeLimit(.minutes(2))) struct ContractTests {
    @Test(.timeLimit(.minutes(1))) func holdsOnTheFake() async throws { try await hold(on: .fake) }

    @Test(.enabled(if: RealAPIServer.isAvailable), .timeLimit(.minutes(4)))
    func holdsOnTheRealOne() async throws { try await hold(on: .real) }

    private func hold(on cluster: TestCluster) async throws {
        try await cluster.run(Self.writesAreBoundToWhatWasRead)
        try await cluster.run(Self.namesAreTakenOnce)
        try await cluster.run(Self.applyMakesAndThenChangesNothing)
        try await cluster.run(Self.deletionIsBoundToTheUID)
        try await cluster.run(Self.aListComesInPages)
        try await cluster.run(Self.aWatchTellsWhatTheListDidNot)
    }

    private static func lease(_ name: String, _ namespace: String, holder: String? = nil) -> Lease {
        var lease = Lease(metadata: ObjectMeta(name: name, namespace: namespace, labels: ["for": "test"]))
        lease.spec.holderIdentity = holder
        return lease
    }

    private static func code(_ body: () async throws -> Void) async -> KubernetesError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? KubernetesError)?.code
        }
    }

    private static func writesAreBoundToWhatWasRead(_ client: KubernetesClient, _ namespace: String) async throws {
        var first = try await client.send(.create(lease("a", namespace)))
        var second = first
        first.spec.holderIdentity = "first"
        let written = try await client.send(.replace(first))
        #expect(written.metadata.resourceVersion != second.metadata.resourceVersion)
        second.spec.holderIdentity = "second"
        #expect(await code { _ = try await client.send(.replace(second)) } == .conflict)
        #expect(try await client.send(KubernetesRequest<Lease>.get(first.key)).spec.holderIdentity == "first")
    }

    private static func namesAreTakenOnce(_ client: KubernetesClient, _ namespace: String) async throws {
        _ = try await client.send(.create(lease("a", namespace)))
        #expect(await code { _ = try await client.send(.create(lease("a", namespace))) } == .alreadyExists)
        let missing = ObjectKey(namespace: namespace, name: "b")
        #expect(await code { _ = try await client.send(KubernetesRequest<Lease>.get(missing)) } == .notFound)
    }

    private static func applyMakesAndThenChangesNothing(_ client: KubernetesClient, _ namespace: String) async throws {
        let made = try await client.send(.apply(lease("a", namespace, holder: "x"), manager: "test"))
        let again = try await client.send(.apply(lease("a", namespace, holder: "x"), manager: "test"))
        #expect(made.metadata.resourceVersion == again.metadata.resourceVersion)
        let changed = try await client.send(.apply(lease("a", namespace, holder: "y"), manager: "test"))
        #expect(changed.spec.holderIdentity == "y")
        #expect(changed.metadata.uid == made.metadata.uid)
    }

    private static func deletionIsBoundToTheUID(_ client: KubernetesClient, _ namespace: String) async throws {
        let old = try await client.send(.create(lease("a", namespace)))
        #expect(await code { try await client.send(.delete(Lease.self, old.key, uid: "another")) } == .conflict)
        try await client.send(.delete(Lease.self, old.key, uid: old.metadata.uid))
        #expect(await code { _ = try await client.send(KubernetesRequest<Lease>.get(old.key)) } == .notFound)
    }

    private static func aListComesInPages(_ client: KubernetesClient, _ namespace: String) async throws {
        for number in 0..<3 { _ = try await client.send(.create(lease("l-\(number)", namespace))) }
        let selection = ObjectSelection(namespace: namespace, labels: "for=test")
        var request = KubernetesRequest<ObjectList<Lease>>.list(selection)
        request.query.removeAll { $0.name == "limit" }
        request.query.append(URLQueryItem(name: "limit", value: "2"))
        let first = try await client.send(request)
        #expect(first.items.map(\.metadata.name) == ["l-0", "l-1"])
        let next = try #require(first.metadata.continue)
        let second = try await client.send(KubernetesRequest<ObjectList<Lease>>.list(selection, after: next))
        #expect(second.items.map(\.metadata.name) == ["l-2"])
        #expect(second.metadata.continue?.isEmpty ?? true)
    }

    private static func aWatchTellsWhatTheListDidNot(_ client: KubernetesClient, _ namespace: String) async throws {
        struct Enough: Error {}
        var old = try await client.send(.create(lease("old", namespace)))
        let selection = ObjectSelection(namespace: namespace)
        let version = try await client.send(KubernetesRequest<ObjectList<Lease>>.list(selection)).metadata
            .resourceVersion
        old.spec.holderIdentity = "changed"
        old = try await client.send(.replace(old))
        _ = try await client.send(.create(lease("new", namespace)))
        try await client.send(.delete(Lease.self, old.key, uid: nil))
        var told: [String] = []
        do {
            let watch = WatchRequest<Lease>(selection, resourceVersion: version ?? "", timeout: 20)
            try await client.watch(watch) { event in
                switch event {
                case .changed(let lease): told.append("changed \(lease.metadata.name)")
                case .deleted(let lease): told.append("deleted \(lease.metadata.name)")
                case .bookmark: break
                }
                if told.count == 3 { throw Enough() }
            }
        } catch let error as KubernetesError where error.cause is Enough {
            #expect(told == ["changed old", "changed new", "deleted old"])
        }
        #expect(told.count == 3)
    }
}
