import ClusterResources
import Kubernetes

/// What the operator has seen of the cluster.
struct OperatorCaches: Sendable {
    /// In groups by namespace.
    let transcodeJobs = ObjectStore<TranscodeJob> { [$0.key.namespace] }
    let workers = ObjectStore<VLogWorker> { [$0.key.namespace] }
    /// In groups by namespace, and by the UID of their TranscodeJob.
    let pods = ObjectStore<Pod> { pod in
        [pod.key.namespace] + (pod.transcodeJobUID.map { [OperatorCaches.group(ofJob: $0)] } ?? [])
    }
    let jobs = ObjectStore<Job>()
    let deployments = ObjectStore<Deployment>()
    let departed = DepartedPods()

    /// Those that are gone, but ended before, among them.
    func pods(ofJob uid: String) -> [Pod] { pods.objects(in: OperatorCaches.group(ofJob: uid)) + departed.of(uid) }

    /// No namespace has a slash in its name.
    private static func group(ofJob uid: String) -> String { "job/\(uid)" }

    /// Whether all of it has been seen once.
    var isComplete: Bool {
        transcodeJobs.isComplete && workers.isComplete && pods.isComplete && jobs.isComplete && deployments.isComplete
    }

    func waitUntilComplete() async throws {
        try await transcodeJobs.waitUntilComplete()
        try await workers.waitUntilComplete()
        try await pods.waitUntilComplete()
        try await jobs.waitUntilComplete()
        try await deployments.waitUntilComplete()
    }
}

extension KubernetesResource {
    /// Which TranscodeJob this was made for.
    var transcodeJobUID: String? { metadata.labels?[LabelName.transcodeJobUID] }
}
