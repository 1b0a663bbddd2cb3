import ClusterResources
import Kubernetes

/// What the operator has seen of the cluster.
struct OperatorCaches: Sendable {
    /// In groups by namespace, of those that have not ended.
    let transcodeJobs = ObjectStore<TranscodeJob>(
        group: { $0.isFinished ? [] : [$0.key.namespace] },
        keeping: { $0.kept }
    )
    /// In groups by namespace.
    let workers = ObjectStore<VLogWorker> { [$0.key.namespace] }
    /// In groups by namespace, and by the UID of their TranscodeJob.
    let pods = ObjectStore<Pod>(
        group: { pod in [pod.key.namespace] + (pod.transcodeJobUID.map { [OperatorCaches.group(ofJob: $0)] } ?? []) },
        keeping: { $0.kept }
    )
    let jobs = ObjectStore<Job>(keeping: { $0.kept })
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

/// What is kept of objects of which there may be tens of thousands.
extension TranscodeJob {
    /// Of one that has ended, what its deletion depends on: nothing of its status is written any more.
    fileprivate var kept: TranscodeJob {
        guard isFinished else { return self }
        var kept = self
        kept.metadata.labels = nil
        kept.metadata.annotations = nil
        kept.spec.source = TranscodeJobSpec.Source()
        kept.spec.output = nil
        kept.spec.profile.qualities = []
        kept.spec.profile.codecs = []
        var status = TranscodeJobStatus()
        status.attempt = self.status?.attempt
        status.completionTime = self.status?.completionTime
        status.conditions =
            self.status?.condition(.succeeded).map { condition in
                var condition = condition
                condition.message = ""
                return [condition]
            } ?? []
        kept.status = status
        return kept
    }
}

extension Job {
    fileprivate var kept: Job {
        var kept = self
        kept.metadata = metadata.kept
        return kept
    }
}

extension Pod {
    fileprivate var kept: Pod {
        var kept = self
        kept.metadata = metadata.kept
        return kept
    }
}

extension ObjectMeta {
    /// Of what was made for a TranscodeJob.
    fileprivate var kept: ObjectMeta {
        var kept = self
        kept.annotations = nil
        kept.labels = labels?.filter { $0.key == LabelName.transcodeJob || $0.key == LabelName.transcodeJobUID }
        return kept
    }
}
