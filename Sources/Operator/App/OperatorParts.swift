import ClusterResources
import Kubernetes
import Logging
import Metrics
import Observability

/// Everything that an operator consists of, put together.
struct OperatorParts: Sendable {
    let caches = OperatorCaches()
    private let board = AdmissionBoard()
    private let admissionQueue = WorkQueue<String>()
    private let jobQueue = WorkQueue<ObjectKey>()
    private let poolQueue = WorkQueue<ObjectKey>()
    private let client: KubernetesClient
    private let progress: RunnerProgressClient
    private let configuration: OperatorConfiguration
    private let logger: Logger

    init(
        client: KubernetesClient,
        progress: RunnerProgressClient,
        configuration: OperatorConfiguration,
        logger: Logger
    ) {
        self.client = client
        self.progress = progress
        self.configuration = configuration
        self.logger = logger
        route()
    }

    /// nil where it is not asked for. Those who stand by serve it as well: what they are asked is in the pools' status.
    var externalMetrics: ExternalMetricsService? {
        configuration.externalMetrics.map {
            ExternalMetricsService(configuration: $0, workers: caches.workers, client: client, logger: logger)
        }
    }

    /// Says who has to look when something changes. Adding to a queue is all that happens here: what is to be done about
    /// it, the pass finds out by itself.
    private func route() {
        let (admissionQueue, jobQueue, poolQueue) = (admissionQueue, jobQueue, poolQueue)
        let departed = caches.departed
        caches.transcodeJobs.onChange { old, new in
            guard let job = new ?? old else { return }
            jobQueue.add(job.key)
            if new?.isFinished ?? true, let uid = job.metadata.uid { departed.forget(uid) }
            if new == nil || old == nil || new?.spec != old?.spec || new?.isFinished != old?.isFinished
                || new?.metadata.deletionTimestamp != old?.metadata.deletionTimestamp
            {
                admissionQueue.add(job.key.namespace)
            }
        }
        caches.workers.onChange { old, new in
            guard let worker = new ?? old else { return }
            admissionQueue.add(worker.key.namespace)
            poolQueue.add(worker.key)
        }
        caches.jobs.onChange { old, new in
            guard let child = new ?? old, let key = child.ownerKey else { return }
            jobQueue.add(key)
        }
        caches.pods.onChange { old, new in
            guard let pod = new ?? old, let key = pod.ownerKey else { return }
            if new == nil { departed.add(pod) }
            jobQueue.add(key)
            // A slot is taken until the last pod is gone.
            if new?.isFinished != old?.isFinished { admissionQueue.add(key.namespace) }
        }
        caches.deployments.onChange { old, new in
            guard let key = (new ?? old)?.key else { return }
            poolQueue.add(key)
        }
    }

    /// Until the group is cancelled.
    func addInformers(to group: inout ThrowingTaskGroup<Void, any Error>) {
        let made = "\(LabelName.managedBy)=\(LabelName.operatorName)"
        add(caches.transcodeJobs, to: &group)
        add(caches.workers, to: &group)
        add(caches.jobs, labels: made, to: &group)
        add(caches.pods, labels: made, to: &group)
        add(caches.deployments, labels: made, to: &group)
    }

    private func add<Resource>(
        _ store: ObjectStore<Resource>,
        labels: String? = nil,
        to group: inout ThrowingTaskGroup<Void, any Error>
    ) {
        let kind = Resource.kind.kind
        let informer = Informer(
            store,
            of: ObjectSelection(namespace: configuration.namespace, labels: labels),
            client: client,
            logger: logger
        ) { error in
            Counter(
                label: MetricName.watchInterruptions.rawValue,
                dimensions: [("kind", kind), ("cause", error.code.rawValue)]
            ).increment()
        }
        let count = Gauge(label: MetricName.cachedObjects.rawValue, dimensions: [("kind", kind)])
        store.onChange { [store] _, _ in count.record(store.count) }
        group.addTask { try await informer.run() }
    }

    /// Until the task is cancelled, with a client that writes while this process leads. Every object is looked at once to
    /// begin with: what was added while somebody else led is in the queues.
    func runControllers(_ client: KubernetesClient) async {
        let events = EventRecorder(
            client: client,
            controller: "vlog.dev/operator",
            instance: configuration.identity,
            logger: logger
        )
        let admission = AdmissionReconciler(caches: caches, client: client, board: board, jobQueue: jobQueue)
        let jobs = TranscodeJobReconciler(
            caches: caches,
            client: client,
            board: board,
            events: events,
            progress: progress,
            admissionQueue: admissionQueue
        )
        let pools = PullPoolReconciler(caches: caches, client: client)
        await withTaskGroup { group in
            group.addTask {
                await Controller("admission", queue: admissionQueue, concurrency: 4, logger: logger) {
                    try await admission.reconcile($0, logger: $1)
                }.run()
            }
            group.addTask {
                await Controller(
                    "transcodejob",
                    queue: jobQueue,
                    concurrency: configuration.concurrency,
                    logger: logger
                ) { try await jobs.reconcile($0, logger: $1) }.run()
            }
            group.addTask {
                await Controller("pool", queue: poolQueue, concurrency: 2, logger: logger) {
                    try await pools.reconcile($0, logger: $1)
                }.run()
            }
        }
    }
}

extension KubernetesResource {
    /// The TranscodeJob that this was made for.
    fileprivate var ownerKey: ObjectKey? {
        metadata.labels?[LabelName.transcodeJob].map { ObjectKey(namespace: key.namespace, name: $0) }
    }
}
