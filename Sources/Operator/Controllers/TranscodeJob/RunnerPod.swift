import ClusterResources
import Kubernetes

/// The pod of a runner, as a pool wants it. It passes the `restricted` Pod Security Standard.
struct RunnerPod {
    static let containerName = "runner"
    /// Nobody on the node, and the group that volumes are given to.
    static let user = 10_001
    static let healthPort = 8080
    static let scratchPath = "/scratch"
    /// SIGTERM to SIGKILL; a runner needs a few seconds of it.
    static let gracePeriod = 60

    let worker: VLogWorker
    /// What the container is told, beginning with the subcommand.
    var arguments: [String]
    var environment: [EnvironmentVariable] = []
    var volumes: [Volume] = []
    var mounts: [VolumeMount] = []
    /// Besides those of the pool.
    var labels: [String: String] = [:]
    var annotations: [String: String] = [:]
    var restartPolicy: String?
    var readinessProbe: Probe?

    var template: PodTemplate {
        var spec = PodSpec(containers: [container])
        spec.volumes =
            [Volume(name: "scratch", emptyDir: Volume.EmptyDirectory(sizeLimit: pool.scratch?.sizeLimit))] + volumes
        spec.restartPolicy = restartPolicy
        spec.nodeSelector = pool.nodeSelector
        spec.tolerations = pool.tolerations
        spec.affinity = pool.affinity
        spec.runtimeClassName = pool.accelerator.runtimeClassName
        spec.priorityClassName = pool.priorityClassName
        spec.serviceAccountName = pool.serviceAccountName
        spec.automountServiceAccountToken = false
        spec.enableServiceLinks = false
        spec.terminationGracePeriodSeconds = RunnerPod.gracePeriod
        spec.securityContext = .restricted(user: RunnerPod.user)
        spec.imagePullSecrets = pool.imagePullSecrets
        return PodTemplate(metadata: metadata, spec: spec, overrides: pool.podTemplate)
    }

    private var pool: VLogWorkerSpec { worker.spec }

    /// What the pool's owner wants on pods never replaces what the operator finds them by.
    private var metadata: PodTemplate.Metadata {
        let own = worker.podLabels.merging([LabelName.name: "vlog-runner", LabelName.component: "runner"]) { $1 }
            .merging(labels) { $1 }
        let merged = (pool.podMetadata?.annotations ?? [:]).merging(annotations) { $1 }
        return PodTemplate.Metadata(
            labels: (pool.podMetadata?.labels ?? [:]).merging(own) { $1 },
            annotations: merged.isEmpty ? nil : merged
        )
    }

    private var container: Container {
        var container = Container(name: RunnerPod.containerName, image: pool.image)
        container.imagePullPolicy = pool.imagePullPolicy
        container.args = arguments
        container.env = standardEnvironment + environment
        container.ports = [Container.Port(name: "health", containerPort: RunnerPod.healthPort)]
        container.resources = resources
        // The root file system is read-only; ffmpeg and the runner write here.
        container.volumeMounts = [
            VolumeMount(name: "scratch", mountPath: RunnerPod.scratchPath),
            VolumeMount(name: "scratch", mountPath: "/tmp"),
        ]
        container.volumeMounts? += mounts
        container.livenessProbe = Probe(path: "/health", port: "health", periodSeconds: 30, failureThreshold: 3)
        container.readinessProbe = readinessProbe
        container.securityContext = .restricted
        // What a runner that crashed said last is better than nothing.
        container.terminationMessagePolicy = "FallbackToLogsOnError"
        return container
    }

    private var standardEnvironment: [EnvironmentVariable] {
        var environment = [
            EnvironmentVariable("VLOG_SCRATCH_PATH", "\(RunnerPod.scratchPath)/work"),
            EnvironmentVariable("VLOG_LOG_FORMAT", "json"),
            EnvironmentVariable("VLOG_HEALTH_PORT", String(RunnerPod.healthPort)),
            EnvironmentVariable("VLOG_POD_NAME", field: "metadata.name"),
        ]
        if pool.accelerator.type == .cpu {
            environment.append(EnvironmentVariable("VLOG_ACCELERATOR", "cpu"))
            // Without a request for a GPU, NVIDIA's runtime shows a container all of them.
            environment.append(EnvironmentVariable("NVIDIA_VISIBLE_DEVICES", "void"))
        } else {
            environment.append(EnvironmentVariable("VLOG_ACCELERATOR", "auto"))
        }
        return environment
    }

    private var resources: ResourceRequirements? {
        var resources = pool.resources ?? ResourceRequirements()
        if let name = pool.accelerator.effectiveResourceName {
            // Extended resources are not overcommitted: the limit is the request.
            resources.limits = (resources.limits ?? [:]).merging([name: Quantity(pool.accelerator.count)]) { $1 }
        }
        return resources.limits == nil && resources.requests == nil ? nil : resources
    }
}
