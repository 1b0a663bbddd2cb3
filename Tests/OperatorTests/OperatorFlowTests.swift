import Foundation
import Kubernetes
import KubernetesTestSupport
import Logging
import Synchronization
import Testing

@testable import ClusterResources
@testable import Operator

/// The whole operator against the fake API server, with the rest of a cluster played.
@Suite(.serialized) struct OperatorFlowTests {
    private static let agent = "vlog-operator"

    @Test(.timeLimit(.minutes(1))) func everyJobIsDoneOnceAndNoSlotIsGivenTwice() async throws {
        let server = FakeAPIServer()
        try await withFlow(server, jobs: 12, slots: 3) { flow in
            try await flow.operating { try await flow.allFinished() }
            #expect(flow.cluster.mostAtOnce <= 3)
            #expect(flow.jobs.all.allSatisfy { $0.status?.attempt == 1 && $0.status?.summary == .succeeded })
            #expect(Set(flow.cluster.all.map(\.metadata.name)).count == 12)
        }
        let writes = server.calls.filter { $0.userAgent.hasPrefix(Self.agent) && $0.isWrite && $0.plural != "leases" }
        let besidesEvents = writes.filter { $0.plural != "events" }
        #expect(besidesEvents.count <= 12 * 6)
        #expect(besidesEvents.filter { $0.method == "POST" && $0.plural == "jobs" }.count == 12)
    }

    /// The operator dies after each of its writes in turn, which the server may have done or not.
    @Test(.timeLimit(.minutes(2)), arguments: 1...14) func aCrashAfterAnyWriteChangesNothing(fatal: Int) async throws {
        let server = FakeAPIServer()
        let crash = Gate()
        let count = Mutex(0)
        server.setFault { call in
            guard call.userAgent.hasPrefix(Self.agent), call.isWrite else { return nil }
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number == fatal else { return nil }
            crash.open()
            return fatal.isMultiple(of: 2) ? .statusAfterwards(500) : .status(500)
        }
        try await withFlow(server, jobs: 2, slots: 1) { flow in
            try await flow.operating { try await crash.wait() }
            try await flow.operating { try await flow.allFinished() }
            #expect(flow.cluster.mostAtOnce <= 1)
            #expect(flow.jobs.all.allSatisfy { $0.status?.attempt == 1 && $0.status?.summary == .succeeded })
            #expect(flow.cluster.all.count == 2)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aServerInTroubleIsOutlived() async throws {
        let server = FakeAPIServer()
        let count = Mutex(0)
        server.setFault { call in
            guard call.userAgent.hasPrefix(Self.agent), !call.isWatch else { return nil }
            let number = count.withLock { count in
                count += 1
                return count
            }
            switch number % 7 {
            case 1: return .status(500)
            case 3: return .drop
            case 5: return .status(429, retryAfter: 0)
            default: return nil
            }
        }
        try await withFlow(server, jobs: 4, slots: 2) { flow in
            try await flow.operating { try await flow.allFinished() }
            #expect(flow.jobs.all.allSatisfy { $0.status?.summary == .succeeded && $0.status?.failures == 0 })
            #expect(flow.cluster.all.count == 4)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aJobThatKubernetesRefusesIsSaidSoUntilItTakesIt() async throws {
        let server = FakeAPIServer()
        let said = Gate()
        let isRefused = Mutex(true)
        server.setFault { call in
            call.userAgent.hasPrefix(Self.agent) && call.method == "POST" && call.plural == "jobs"
                && isRefused.withLock { $0 } ? .status(403, reason: "Forbidden") : nil
        }
        try await withFlow(server, jobs: 1, slots: 1) { flow in
            flow.jobs.onChange { _, new in
                guard let running = new?.status?.condition(.running), running.reason == "JobRefused" else { return }
                #expect(running.message.contains("as the test wants"))
                said.open()
            }
            try await flow.operating {
                try await said.wait()
                isRefused.withLock { $0 = false }
                try await flow.allFinished()
            }
            #expect(flow.jobs.all.allSatisfy { $0.status?.summary == .succeeded && $0.status?.attempt == 1 })
        }
        let events = server.calls.filter { $0.plural == "events" && $0.method == "POST" }
        // It is told once, however often it is tried.
        #expect(
            server.calls.count { $0.method == "POST" && $0.plural == "jobs" && $0.userAgent.hasPrefix(Self.agent) } > 1
        )
        #expect(events.count < 6)
    }

    @Test(.timeLimit(.minutes(1))) func aPodWhoseEndWasNotHeardOfIsAskedFor() async throws {
        let server = FakeAPIServer()
        server.setStreamsLists(false)
        server.setFault { call in
            call.userAgent.hasPrefix(Self.agent) && call.plural == "pods" && call.isWatch
                && call.query["sendInitialEvents"] == nil ? .status(500) : nil
        }
        try await withFlow(server, jobs: 2, slots: 1) { flow in
            try await flow.operating { try await flow.finished(1) }
            let ended = flow.jobs.all.filter(\.isFinished)
            #expect(!ended.isEmpty)
            #expect(ended.allSatisfy { $0.status?.lastAttempts.map(\.class) == [.succeeded] })
        }
    }

    @Test func howAPodEndedIsKnownWhenItIsGone() {
        let caches = OperatorCaches()
        let stopped = Fixture.ended(code: 75)
        let running = Fixture.pod("film-1-0-b")
        for pod in [stopped, running] { caches.departed.add(pod) }
        #expect(caches.pods(ofJob: "uid-film") == [stopped])
        caches.departed.forget("uid-film")
        #expect(caches.pods(ofJob: "uid-film").isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func aPullPoolsDeploymentIsMadeAndHeldToTheSpec() async throws {
        let server = FakeAPIServer()
        try await withFlow(server, jobs: 0, slots: 0) { flow in
            try await flow.operating { try await flow.keepsThePullPool() }
        }
        let applied = server.calls.filter {
            $0.method == "PATCH" && $0.plural == "deployments" && $0.query["force"] == "true"
        }
        #expect(applied.count == 2)
        #expect(server.calls.contains { $0.method == "PATCH" && $0.plural == "poddisruptionbudgets" })
    }

    @Test(.timeLimit(.minutes(1))) func watchesThatEndAreTakenUpAgainAndOnesTooFarBackStartWithAList() async throws {
        let server = FakeAPIServer()
        try await withFlow(server, jobs: 6, slots: 1) { flow in
            try await flow.operating {
                try await flow.finished(2)
                server.closeWatches()
                try await flow.finished(4)
                server.compact()
                server.closeWatches()
                try await flow.allFinished()
            }
            #expect(flow.cluster.all.count == 6)
        }
    }
}

/// A running flow of jobs, as a test sees it.
private final class Flow: Sendable {
    let jobs = ObjectStore<TranscodeJob>()
    let cluster: ClusterDouble
    private let client: KubernetesClient
    private let connection: ClusterConnection
    private let expected: Int
    private let ended = Mutex(0)
    private let marks: [Gate]

    init(_ client: KubernetesClient, _ connection: ClusterConnection, expected: Int) {
        self.client = client
        self.connection = connection
        self.expected = expected
        cluster = ClusterDouble(client, Fixture.namespace)
        marks = (0...expected).map { _ in Gate() }
        jobs.onChange { [weak self] old, new in
            if new?.isFinished == true, old?.isFinished != true { self?.oneEnded() }
        }
    }

    private func oneEnded() {
        let count = ended.withLock { count in
            count += 1
            return count
        }
        if count < marks.count { marks[count].open() }
    }

    /// Until so many have ended.
    func finished(_ count: Int) async throws { try await marks[count].wait() }

    func allFinished() async throws { try await finished(expected) }

    /// Makes a pool of two pods, and then another number of them behind the operator's back.
    func keepsThePullPool() async throws {
        let deployments = ObjectStore<Deployment>()
        let (made, meddled, restored) = (Gate(), Gate(), Gate())
        deployments.onChange { _, new in
            switch new?.spec.replicas {
            case 2: meddled.isOpen ? restored.open() : made.open()
            case 5: meddled.open()
            default: break
            }
        }
        var pool = Fixture.pool("pull", replicas: 2) { $0.spec.mode = .pull }
        pool.metadata = ObjectMeta(name: "pull", namespace: Fixture.namespace)
        let key = pool.key
        let informer = Informer(
            deployments,
            client: client,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await informer.run() }
            _ = try await client.send(.create(pool))
            try await made.wait()
            struct Patch: Encodable {
                struct Spec: Encodable { let replicas: Int }
                let spec: Spec
            }
            let patch = Patch(spec: Patch.Spec(replicas: 5))
            _ = try await client.send(KubernetesRequest<Deployment>.patch(key, patch, manager: "test"))
            try await restored.wait()
            group.cancelAll()
        }
    }

    /// Runs an operator while `body` does, then kills it: it gets no time to give its lease up.
    func operating(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let configuration = OperatorConfiguration(
            connection: connection,
            namespace: nil,
            lease: ObjectKey(namespace: "default", name: "vlog-operator"),
            identity: "operator-0"
        )
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let program = KubernetesOperator(configuration: configuration, logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await program.run() }
            group.addTask { try await body() }
            try await group.next()
            group.cancelAll()
        }
    }
}

private func withFlow(
    _ server: FakeAPIServer,
    jobs: Int,
    slots: Int,
    _ body: @escaping @Sendable (Flow) async throws -> Void
) async throws {
    try await server.run { connection in
        try await KubernetesClient.with(connection, userAgent: "test") { client in
            let flow = Flow(client, connection, expected: jobs)
            var pool = Fixture.pool(replicas: slots)
            pool.metadata = ObjectMeta(name: "cpu", namespace: Fixture.namespace)
            _ = try await client.send(.create(pool))
            for number in 0..<jobs {
                var job = Fixture.job()
                job.metadata = ObjectMeta(name: "job-\(number)", namespace: Fixture.namespace)
                _ = try await client.send(.create(job))
            }
            let informer = Informer(
                flow.jobs,
                client: client,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await informer.run() }
                group.addTask { try await flow.cluster.run() }
                group.addTask { try await body(flow) }
                // The first two end with an error only.
                try await group.next()
                group.cancelAll()
            }
        }
    }
}
