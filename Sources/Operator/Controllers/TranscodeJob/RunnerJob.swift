import ClusterResources
import Kubernetes
import VLogCore

/// The batch Job of one attempt at a TranscodeJob. It is made once and its template never touched again: others, Kueue among
/// them, may have changed it meanwhile, and most of it can't be changed anyway.
struct RunnerJob {
    /// Kubernetes counts ends that we do not charge, so it gets some more than we allow.
    private static let headroom = 4
    private static let sourcePath = "/source"
    private static let outputPath = "/output"
    private static let tokenPath = "/var/run/secrets/vlog"
    private static let tokenFile = "token"

    private let owner: TranscodeJob
    private let attempt: Int
    private let worker: VLogWorker

    init(_ owner: TranscodeJob, attempt: Int, worker: VLogWorker) {
        self.owner = owner
        self.attempt = attempt
        self.worker = worker
    }

    static func name(of owner: TranscodeJob, attempt: Int) -> String { "\(owner.metadata.name)-\(attempt)" }

    var job: Job {
        var spec = Job.Spec()
        // One index of one, so that a job in several parts will differ in numbers only.
        spec.completionMode = "Indexed"
        spec.completions = 1
        spec.parallelism = 1
        // Not a limit per index: with that, a pod that has failed keeps its finalizer until its successor is made, which never
        // is in a namespace that is being deleted, and the namespace stays for ever (seen with Kubernetes 1.36).
        spec.backoffLimit = owner.spec.retryPolicy.maxFailures + RunnerJob.headroom
        // A replacement comes when the pod has ended, so that two never write at the same time.
        spec.podReplacementPolicy = "Failed"
        spec.podFailurePolicy = RunnerJob.failurePolicy
        spec.activeDeadlineSeconds = owner.spec.activeDeadlineSeconds
        spec.suspend = owner.isQueuedByKueue ? true : nil
        spec.template = pod.template
        var metadata = ObjectMeta(
            name: RunnerJob.name(of: owner, attempt: attempt),
            namespace: owner.metadata.namespace,
            labels: labels,
            annotations: trace,
            ownerReferences: owner.controllerReference.map { [$0] }
        )
        metadata.labels?.merge(worker.podLabels) { $1 }
        if let queue = owner.metadata.labels?[LabelName.kueueQueue] { metadata.labels?[LabelName.kueueQueue] = queue }
        return Job(metadata: metadata, spec: spec)
    }

    private static let failurePolicy = Job.PodFailurePolicy(rules: [
        .failJob(
            container: RunnerPod.containerName,
            exitCodes: RunnerExitCode.allCases.filter(\.isFinal).map { Int($0.rawValue) }
        ),
        .ignore(container: RunnerPod.containerName, exitCodes: [Int(RunnerExitCode.stopped.rawValue)]),
        .ignoreDisruptions,
    ])

    private var labels: [String: String] {
        [
            LabelName.transcodeJob: owner.metadata.name,
            LabelName.transcodeJobUID: owner.metadata.uid ?? "",
            LabelName.attempt: String(attempt),
        ]
    }

    /// The id by which the logs of all parts tell one video's story.
    private var trace: [String: String] {
        [AnnotationName.trace: owner.metadata.annotations?[AnnotationName.trace] ?? owner.metadata.uid ?? ""]
    }

    private var pod: RunnerPod {
        var pod = RunnerPod(
            worker: worker,
            arguments: ["runner", "job"],
            environment: [EnvironmentVariable("VLOG_TRACE_ID", trace.values.first ?? "")],
            labels: labels,
            annotations: trace,
            restartPolicy: "Never"
        )
        if let video = owner.spec.source.video { serve(video, by: &pod) }
        if let output = owner.spec.output?.persistentVolumeClaim { fill(output, by: &pod) }
        return pod
    }

    /// The server knows by the token which pod asks, and so for which video; it says all else.
    private func serve(_ video: TranscodeJobSpec.Video, by pod: inout RunnerPod) {
        pod.arguments += ["--server", video.workerAPI]
        pod.environment.append(
            EnvironmentVariable("VLOG_WORKER_TOKEN_FILE", "\(RunnerJob.tokenPath)/\(RunnerJob.tokenFile)")
        )
        pod.volumes.append(
            Volume(
                name: "token",
                token: RunnerJob.tokenFile,
                audience: RunnerToken.audience,
                expirationSeconds: RunnerToken.lifetime
            )
        )
        pod.mounts.append(VolumeMount(name: "token", mountPath: RunnerJob.tokenPath, readOnly: true))
    }

    private func fill(_ output: TranscodeJobSpec.ClaimPath, by pod: inout RunnerPod) {
        pod.arguments += ["--source", source, "--output", "\(RunnerJob.outputPath)/\(output.path)"] + profile
        pod.environment.append(EnvironmentVariable("VLOG_JOB_ID", owner.metadata.uid ?? ""))
        pod.volumes.append(Volume(name: "output", claim: Volume.Claim(claimName: output.claimName)))
        pod.mounts.append(VolumeMount(name: "output", mountPath: RunnerJob.outputPath))
        if let claim = owner.spec.source.persistentVolumeClaim {
            pod.volumes.append(Volume(name: "source", claim: Volume.Claim(claimName: claim.claimName)))
            pod.mounts.append(VolumeMount(name: "source", mountPath: RunnerJob.sourcePath, readOnly: true))
        }
        if worker.spec.allowPrivateSources {
            pod.environment.append(EnvironmentVariable("VLOG_ALLOW_PRIVATE_SOURCES", "true"))
        }
    }

    private var source: String {
        if let url = owner.spec.source.url { return url }
        return "\(RunnerJob.sourcePath)/\(owner.spec.source.persistentVolumeClaim?.path ?? "")"
    }

    private var profile: [String] {
        let profile = owner.spec.profile
        return [
            "--qualities", profile.qualities.joined(separator: ","),
            "--codecs", profile.codecs.map(\.option).joined(separator: ","),
            "--format", profile.format.option,
            "--effort", profile.effort.option,
        ] + (profile.keepHDR ? ["--keep-hdr"] : [])
    }
}

extension TranscodeJobSpec.Profile.Codec {
    /// The runner's word.
    var option: String {
        switch self {
        case .h264: VideoCodec.h264.rawValue
        case .hevc: VideoCodec.hevc.rawValue
        case .av1: VideoCodec.av1.rawValue
        }
    }
}

extension TranscodeJobSpec.Profile.Format {
    var option: String {
        switch self {
        case .cmaf: StreamFormat.cmaf.rawValue
        case .transportStream: StreamFormat.transportStream.rawValue
        }
    }
}

extension TranscodeJobSpec.Profile.Effort {
    var option: String {
        switch self {
        case .fast: EncodingEffort.fast.rawValue
        case .balanced: EncodingEffort.balanced.rawValue
        case .thorough: EncodingEffort.thorough.rawValue
        }
    }
}
