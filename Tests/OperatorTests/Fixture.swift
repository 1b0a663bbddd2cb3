import Foundation
import Kubernetes

@testable import ClusterResources
@testable import Operator

/// Objects as the API server would give them.
enum Fixture {
    static let namespace = "media"
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    static func job(
        _ name: String = "film",
        worker: String? = "cpu",
        priority: Int = 0,
        age: Double = 0,
        change: (inout TranscodeJob) -> Void = { _ in }
    ) -> TranscodeJob {
        let path = TranscodeJobSpec.ClaimPath(claimName: "videos", path: "film.mp4")
        let spec = TranscodeJobSpec(
            worker: worker,
            accelerator: nil,
            source: TranscodeJobSpec.Source(persistentVolumeClaim: path),
            output: TranscodeJobSpec.Output(
                persistentVolumeClaim: TranscodeJobSpec.ClaimPath(claimName: "videos", path: "out/film")
            ),
            profile: TranscodeJobSpec.Profile(
                qualities: ["720p", "360p"],
                codecs: [.h264],
                format: .cmaf,
                effort: .fast,
                keepHDR: false
            ),
            priority: priority,
            suspend: false,
            retryPolicy: TranscodeJobSpec.RetryPolicy(maxFailures: 3, maxDisruptions: 5, backoffSeconds: 10)
        )
        var job = TranscodeJob(metadata: ObjectMeta(name: name, namespace: namespace), spec: spec)
        job.metadata.uid = "uid-\(name)"
        job.metadata.generation = 1
        job.metadata.resourceVersion = "10"
        job.metadata.creationTimestamp = now - age
        change(&job)
        return job
    }

    static func pool(
        _ name: String = "cpu",
        replicas: Int = 1,
        change: (inout VLogWorker) -> Void = { _ in }
    ) -> VLogWorker {
        let spec = VLogWorkerSpec(
            mode: .job,
            replicas: replicas,
            suspend: false,
            accelerator: VLogWorkerSpec.Accelerator(type: .cpu, resourceName: nil, count: 1, runtimeClassName: nil),
            image: "vlog:1",
            allowPrivateSources: false
        )
        var pool = VLogWorker(metadata: ObjectMeta(name: name, namespace: namespace), spec: spec)
        pool.metadata.uid = "uid-\(name)"
        pool.metadata.generation = 1
        pool.metadata.resourceVersion = "10"
        change(&pool)
        return pool
    }

    /// The batch Job of an attempt.
    static func child(
        of job: TranscodeJob,
        attempt: Int = 1,
        conditions: [Job.JobCondition] = [],
        change: (inout Job) -> Void = { _ in }
    ) -> Job {
        var child = RunnerJob(job, attempt: attempt, worker: pool()).job
        child.metadata.uid = "uid-child-\(attempt)"
        var status = Job.Status()
        status.active = conditions.isEmpty ? 1 : 0
        status.conditions = conditions
        child.status = status
        change(&child)
        return child
    }

    /// A pod whose container has ended, or is as `state` says.
    static func pod(
        _ name: String = "film-1-0-a",
        of job: TranscodeJob = job(),
        phase: Pod.Phase = .running,
        state: Pod.ContainerStatus.State? = Pod.ContainerStatus.State(running: .init()),
        started: Double = -60,
        change: (inout Pod) -> Void = { _ in }
    ) -> Pod {
        var status = Pod.Status(phase: phase)
        status.containerStatuses = state.map { [Pod.ContainerStatus(name: RunnerPod.containerName, state: $0)] }
        let labels = [LabelName.transcodeJob: job.metadata.name, LabelName.transcodeJobUID: job.metadata.uid ?? ""]
        var pod = Pod(
            metadata: ObjectMeta(name: name, namespace: namespace, labels: labels),
            spec: Pod.Spec(nodeName: "node-1"),
            status: status
        )
        pod.metadata.uid = "uid-\(name)"
        pod.metadata.creationTimestamp = now + started
        change(&pod)
        return pod
    }

    static func ended(
        _ name: String = "film-1-0-a",
        code: Int,
        reason: String = "Error",
        message: String? = nil,
        started: Double = -60,
        change: (inout Pod) -> Void = { _ in }
    ) -> Pod {
        let end = Pod.ContainerStatus.State.Terminated(
            exitCode: code,
            reason: reason,
            message: message,
            finishedAt: now
        )
        return pod(
            name,
            phase: code == 0 ? .succeeded : .failed,
            state: Pod.ContainerStatus.State(terminated: end),
            started: started,
            change: change
        )
    }
}
