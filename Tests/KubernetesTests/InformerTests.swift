import Foundation
import Kubernetes
import KubernetesTestSupport
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct InformerTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func lease(_ name: String) -> Lease { Lease(metadata: ObjectMeta(name: name, namespace: "media")) }

    /// Runs an informer of leases while `body` does.
    private func withInformer(
        _ server: FakeAPIServer,
        silence: Duration = .seconds(90),
        before: [String] = [],
        prefersStream: Bool = false,
        onInterruption: @escaping @Sendable (KubernetesError) -> Void = { _ in },
        _ body: @escaping @Sendable (ObjectStore<Lease>, KubernetesClient) async throws -> Void
    ) async throws {
        try await server.run { connection in
            try await KubernetesClient.with(connection, userAgent: "writer") { writer in
                for name in before { _ = try await writer.send(.create(lease(name))) }
                try await KubernetesClient.with(connection, userAgent: "informer", silence: silence) { client in
                    let store = ObjectStore<Lease>()
                    let informer = Informer(
                        store,
                        client: client,
                        logger: Self.quiet,
                        prefersStream: prefersStream,
                        onInterruption: onInterruption
                    )
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await informer.run() }
                        group.addTask { try await body(store, writer) }
                        try await group.next()
                        group.cancelAll()
                    }
                }
            }
        }
    }

    /// A gate that opens when the store holds an object of this name.
    private func arrival(of name: String, in store: ObjectStore<Lease>) -> Gate {
        let gate = Gate()
        store.onChange { _, new in
            if new?.metadata.name == name { gate.open() }
        }
        if store[ObjectKey(namespace: "media", name: name)] != nil { gate.open() }
        return gate
    }

    @Test(.timeLimit(.minutes(1))) func aListOfManyPagesIsWhole() async throws {
        let server = FakeAPIServer()
        server.setPageSize(3)
        try await withInformer(server, before: (0..<10).map { "l-\($0)" }) { store, _ in
            try await store.waitUntilComplete()
            #expect(store.count == 10)
        }
        #expect(server.calls.filter { $0.query["continue"] != nil }.count == 3)
    }

    @Test func theListComesWithTheWatchWhereTheServerOffersIt() async throws {
        let server = FakeAPIServer()
        try await withInformer(server, before: (0..<10).map { "l-\($0)" }, prefersStream: true) { store, writer in
            try await store.waitUntilComplete()
            #expect(store.count == 10)
            let arrival = arrival(of: "new", in: store)
            _ = try await writer.send(.create(lease("new")))
            try await arrival.wait()
            #expect(store.count == 11)
        }
        #expect(server.calls.filter { !$0.isWatch && $0.method == "GET" }.isEmpty)
    }

    @Test func aServerThatOffersNoneIsAskedForAList() async throws {
        let server = FakeAPIServer()
        server.setStreamsLists(false)
        try await withInformer(server, before: ["a"], prefersStream: true) { store, writer in
            try await store.waitUntilComplete()
            #expect(store.count == 1)
            let arrival = arrival(of: "new", in: store)
            _ = try await writer.send(.create(lease("new")))
            try await arrival.wait()
        }
        // It is not tried again after each interruption.
        #expect(server.calls.count { $0.query["sendInitialEvents"] != nil } == 1)
    }

    @Test(arguments: TestCluster.allCases.filter { $0 == .fake || RealAPIServer.isAvailable })
    func whatIsThereAndWhatComesIsSeen(cluster: TestCluster) async throws {
        try await cluster.run { client, namespace in
            for name in ["a", "b"] {
                _ = try await client.send(.create(Lease(metadata: ObjectMeta(name: name, namespace: namespace))))
            }
            let store = ObjectStore<Lease>()
            let informer = Informer(
                store,
                of: ObjectSelection(namespace: namespace),
                client: client,
                logger: Self.quiet
            )
            let gate = Gate()
            store.onChange { _, new in
                if new?.metadata.name == "c" { gate.open() }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await informer.run() }
                try await store.waitUntilComplete()
                #expect(Set(store.all.map(\.metadata.name)) == ["a", "b"])
                _ = try await client.send(.create(Lease(metadata: ObjectMeta(name: "c", namespace: namespace))))
                try await gate.wait()
                group.cancelAll()
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aSilentWatchIsNoticedAndTakenUpAgain() async throws {
        let server = FakeAPIServer()
        let watches = Mutex(0)
        server.setFault { call in
            guard call.isWatch else { return nil }
            let number = watches.withLock { count in
                count += 1
                return count
            }
            return number == 1 ? .silence : nil
        }
        try await withInformer(server, silence: .milliseconds(300)) { store, writer in
            try await store.waitUntilComplete()
            let arrival = arrival(of: "new", in: store)
            _ = try await writer.send(.create(lease("new")))
            try await arrival.wait()
        }
        #expect(server.calls.filter { $0.plural == "leases" && !$0.isWatch && $0.method == "GET" }.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func oneThatBeginsTooFarBackIsListedAnewAndKeepsWhatItHas() async throws {
        let server = FakeAPIServer()
        let watches = Mutex(0)
        let interruptions = Mutex<[KubernetesError.Code]>([])
        server.setFault { call in
            guard call.isWatch else { return nil }
            let number = watches.withLock { count in
                count += 1
                return count
            }
            return number == 1 ? .expired : nil
        }
        try await withInformer(server, before: ["old"]) { error in
            interruptions.withLock { $0.append(error.code) }
        } _: { store, writer in
            try await store.waitUntilComplete()
            #expect(store.count == 1)
            let arrival = arrival(of: "new", in: store)
            _ = try await writer.send(.create(lease("new")))
            try await arrival.wait()
        }
        #expect(interruptions.withLock { $0 } == [.expired])
        #expect(server.calls.filter { $0.plural == "leases" && !$0.isWatch && $0.method == "GET" }.count == 2)
    }

    @Test(.timeLimit(.minutes(1))) func aWatchThatIsCutGoesOnFromWhereItWasWithoutAList() async throws {
        let server = FakeAPIServer()
        try await withInformer(server, before: ["old"]) { store, writer in
            try await store.waitUntilComplete()
            let first = arrival(of: "first", in: store)
            _ = try await writer.send(.create(lease("first")))
            try await first.wait()
            let second = arrival(of: "second", in: store)
            server.closeWatches()
            _ = try await writer.send(.create(lease("second")))
            try await second.wait()
        }
        #expect(server.calls.filter { $0.plural == "leases" && !$0.isWatch && $0.method == "GET" }.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func patienceThatTheServerAsksForIsGivenAndTheRequestRepeated() async throws {
        let server = FakeAPIServer()
        let tries = Mutex(0)
        server.setFault { call in
            guard call.method == "POST" else { return nil }
            let number = tries.withLock { count in
                count += 1
                return count
            }
            return number == 1 ? .status(429, retryAfter: 0) : nil
        }
        try await server.run { connection in
            try await KubernetesClient.with(connection, userAgent: "test") { client in
                let made = try await client.send(.create(lease("a")))
                #expect(made.metadata.name == "a")
            }
        }
        #expect(server.calls.count == 2)
    }
}
