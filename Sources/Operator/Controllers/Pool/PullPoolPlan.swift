import ClusterResources
import Foundation
import Kubernetes

/// What a pool of `mode: Pull` consists of, and how it stands. Pure.
struct PullPoolPlan {
    let deployment: Deployment
    /// A drain takes one pod of the pool at a time: the next is asked when the one before has found another node.
    let budget: PodDisruptionBudget
    let status: VLogWorkerStatus

    /// `observed` is the Deployment as it is; nil when there is none.
    init(_ worker: VLogWorker, observed: Deployment?, now: Date) {
        deployment = PullPoolPlan.deployment(of: worker)
        budget = PodDisruptionBudget(
            metadata: deployment.metadata,
            spec: PodDisruptionBudget.Spec(maxUnavailable: 1, selector: deployment.spec.selector)
        )
        var status = worker.status ?? VLogWorkerStatus()
        status.observedGeneration = worker.metadata.generation
        status.selector = worker.selector
        status.replicas = observed?.status?.replicas ?? 0
        status.active = observed?.status?.readyReplicas ?? 0
        status.waiting = 0
        status.allocations = []
        let wanted = deployment.spec.replicas ?? 0
        let ready = status.active
        let isReady = ready == wanted && status.replicas == wanted
        let (reason, message): (Reason, String) =
            if worker.spec.suspend {
                (.workerSuspended, "Suspended: no pods are wanted.")
            } else {
                (isReady ? .available : .progressing, "\(ready) of \(wanted) pods are ready.")
            }
        status.conditions.set(
            Condition(
                type: "Ready",
                status: isReady && !worker.spec.suspend ? .yes : .no,
                reason: reason.rawValue,
                message: message,
                lastTransitionTime: now,
                observedGeneration: worker.metadata.generation
            )
        )
        self.status = status
    }

    private static func deployment(of worker: VLogWorker) -> Deployment {
        var environment = [EnvironmentVariable("VLOG_WORKER_NAME", field: "metadata.name")]
        if let server = worker.spec.server {
            environment.append(EnvironmentVariable("VLOG_WORKER_API_URL", server.url))
            environment.append(
                EnvironmentVariable(
                    "VLOG_WORKER_API_KEY",
                    secret: server.apiKeySecret.name,
                    key: server.apiKeySecret.key
                )
            )
        }
        let pod = RunnerPod(
            worker: worker,
            arguments: ["runner", "pull"],
            environment: environment,
            readinessProbe: Probe(path: "/ready", port: "health", periodSeconds: 10, failureThreshold: 3)
        )
        return Deployment(
            metadata: ObjectMeta(
                name: worker.metadata.name,
                namespace: worker.metadata.namespace,
                labels: worker.podLabels,
                ownerReferences: worker.controllerReference.map { [$0] }
            ),
            spec: Deployment.Spec(
                replicas: worker.spec.suspend ? 0 : worker.spec.replicas,
                selector: LabelSelector(matchLabels: worker.podLabels),
                // A pod holds a GPU: its successor often cannot start beside it.
                strategy: Deployment.Spec.Strategy(
                    rollingUpdate: Deployment.Spec.Strategy.RollingUpdate(maxSurge: 0, maxUnavailable: 1)
                ),
                template: pod.template
            )
        )
    }
}
