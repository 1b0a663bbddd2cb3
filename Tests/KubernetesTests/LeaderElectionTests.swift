import Foundation
import KubernetesTestSupport
import Logging
import Synchronization
import Testing

@testable import Kubernetes

@Suite(.timeLimit(.minutes(2))) struct LeaderElectionTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let lease = ObjectKey(namespace: "media", name: "leader")

    private func election(_ identity: String, _ client: KubernetesClient) -> LeaderElection {
        var times = LeaderElection.Times()
        times.length = .seconds(2)
        times.renewalDeadline = .milliseconds(800)
        times.renewal = .milliseconds(50)
        times.retry = .milliseconds(50)
        return LeaderElection(lease: Self.lease, identity: identity, client: client, times: times, logger: Self.quiet)
    }

    /// What two processes do, one after the other.
    private final class Roles: Sendable {
        let began = [Gate(), Gate()]
        let finish = Gate()
        private let atWork = Mutex(0)

        /// The first works until it is told to end, the second only says that it began.
        func work(_ number: Int) async throws {
            let count = change(by: 1)
            #expect(count == 1)
            began[number].open()
            if number == 0 { try await finish.wait() }
            _ = change(by: -1)
        }

        private func change(by amount: Int) -> Int {
            atWork.withLock { count in
                count += amount
                return count
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func writesEndWithTheLease() async throws {
        try await FakeAPIServer().run { connection in
            try await KubernetesClient.with(connection, userAgent: "test") { client in
                let election = election("p-0", client)
                let fenced = client.fenced(by: election.fence)
                @Sendable func map(_ name: String) -> ConfigMap {
                    ConfigMap(metadata: ObjectMeta(name: name, namespace: "media"), data: [:])
                }
                await #expect(throws: KubernetesError.self) { _ = try await fenced.send(.create(map("before"))) }
                try await election.lead { _ = try await fenced.send(.create(map("meanwhile"))) }
                // As one that slept: nothing has told it that its time is over.
                election.fence.open(until: .now - .milliseconds(1))
                let error = await #expect(throws: KubernetesError.self) {
                    _ = try await fenced.send(.create(map("afterwards")))
                }
                #expect(error?.isRetryable == true)
                // To look is always allowed.
                let names = try await fenced.send(
                    KubernetesRequest<ObjectList<ConfigMap>>.list(ObjectSelection(namespace: "media"))
                ).items.map(\.metadata.name)
                #expect(names == ["meanwhile"])
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func theNextBeginsWhenTheOneBeforeHasEnded() async throws {
        try await FakeAPIServer().run { connection in
            try await KubernetesClient.with(connection, userAgent: "test") { client in
                let roles = Roles()
                let elections = [election("p-0", client), election("p-1", client)]
                async let first: Void = elections[0].lead { try await roles.work(0) }
                try await roles.began[0].wait()
                async let second: Void = elections[1].lead { try await roles.work(1) }
                #expect(!roles.began[1].isOpen)
                roles.finish.open()
                try await first
                try await second
                #expect(roles.began[1].isOpen)
                let lease = try await client.send(KubernetesRequest<Lease>.get(Self.lease))
                #expect(lease.spec.holderIdentity == "")
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func whoCannotRenewStopsAndSaysSo() async throws {
        let server = FakeAPIServer()
        try await server.run { connection in
            try await KubernetesClient.with(connection, userAgent: "test") { client in
                let stopped = Mutex(false)
                await #expect(throws: LeadershipLost.self) {
                    try await election("p", client).lead {
                        server.setFault { $0.isWrite ? .status(500) : nil }
                        defer { stopped.withLock { $0 = true } }
                        try await Task.sleep(for: .seconds(600))
                    }
                }
                #expect(stopped.withLock { $0 })
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aLeaseThatSomebodyElseTookIsNotTakenBack() async throws {
        try await FakeAPIServer().run { connection in
            try await KubernetesClient.with(connection, userAgent: "test") { client in
                await #expect(throws: LeadershipLost.self) {
                    try await election("p", client).lead {
                        var lease = try await client.send(KubernetesRequest<Lease>.get(Self.lease))
                        lease.spec.holderIdentity = "thief"
                        _ = try await client.send(.replace(lease))
                        try await Task.sleep(for: .seconds(600))
                    }
                }
                let lease = try await client.send(KubernetesRequest<Lease>.get(Self.lease))
                #expect(lease.spec.holderIdentity == "thief")
            }
        }
    }
}
