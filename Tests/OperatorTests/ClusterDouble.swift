import Foundation
import Kubernetes
import Logging
import Synchronization

@testable import Operator

/// Does what Kubernetes' own controllers and nodes would: makes a pod for every Job that may run, and lets it end well.
final class ClusterDouble: Sendable {
    /// Jobs by name that were seen running at the same time, at most.
    private let most = Mutex(0)
    private let jobs = ObjectStore<Job>()
    private let client: KubernetesClient
    private let namespace: String

    init(_ client: KubernetesClient, _ namespace: String) {
        self.client = client
        self.namespace = namespace
    }

    var mostAtOnce: Int { most.withLock { $0 } }
    var all: [Job] { jobs.all }

    /// Until the task is cancelled.
    func run() async throws {
        let (keys, changes) = AsyncStream<ObjectKey>.makeStream()
        jobs.onChange { _, new in
            if let new { changes.yield(new.key) }
        }
        let informer = Informer(
            jobs,
            of: ObjectSelection(namespace: namespace),
            client: client,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await informer.run() }
            for await key in keys {
                if let job = jobs[key] { try await advance(job) }
            }
            group.cancelAll()
        }
    }

    private func advance(_ job: Job) async throws {
        let running = jobs.all.filter { ($0.status?.active ?? 0) > 0 }.count
        most.withLock { $0 = max($0, running) }
        guard job.outcome == nil, job.spec.suspend != true else { return }
        do {
            var changed = job
            var status = Job.Status()
            if (job.status?.active ?? 0) == 0 {
                _ = try await client.send(.create(pod(of: job)))
                status.active = 1
            } else {
                var pod = try await client.send(KubernetesRequest<Pod>.get(pod(of: job).key))
                pod.status = ended
                _ = try await client.send(.replaceStatus(pod))
                status.conditions = [Job.JobCondition(type: "Complete", status: .yes)]
            }
            changed.status = status
            jobs.put(try await client.send(.replaceStatus(changed)))
        } catch let error as KubernetesError
            where error.code == .conflict || error.code == .alreadyExists || error.code == .notFound
        {
            return
        }
    }

    private func pod(of job: Job) -> Pod {
        var status = Pod.Status(phase: .running)
        status.containerStatuses = [
            Pod.ContainerStatus(name: RunnerPod.containerName, state: Pod.ContainerStatus.State(running: .init()))
        ]
        return Pod(
            metadata: ObjectMeta(
                name: "\(job.metadata.name)-0",
                namespace: job.metadata.namespace,
                labels: job.metadata.labels,
                ownerReferences: job.controllerReference.map { [$0] }
            ),
            status: status
        )
    }

    private var ended: Pod.Status {
        var status = Pod.Status(phase: .succeeded)
        let end = Pod.ContainerStatus.State.Terminated(
            exitCode: 0,
            message: #"{"message":"Done."}"#,
            finishedAt: Date()
        )
        status.containerStatuses = [
            Pod.ContainerStatus(name: RunnerPod.containerName, state: Pod.ContainerStatus.State(terminated: end))
        ]
        return status
    }
}
