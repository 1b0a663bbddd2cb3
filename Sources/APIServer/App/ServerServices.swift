import Catalog
import Logging
import Observability
import PasswordHashing
import Postgres
import ServiceLifecycle
import Transcoding

/// What the routes of all three APIs share; made once per process.
package struct ServerServices: Sendable {
    package let configuration: ServerConfiguration
    package let pool: PostgresPool
    package let listener: PostgresListener
    package let catalog: Catalog
    package let storage: Storage
    package let tools: MediaTools
    package let hasher: PasswordHasher
    package let bus: UpdateBus
    package let events: EventHub
    package let progress: ProgressFeed
    package let jobs: JobSignal
    let claims: WaitingClaims
    /// Who may see which video, for the media routes.
    package let access: MediaAccessCache
    /// Of everything that takes a password or the admin secret.
    package let attempts: AttemptGuard
    package let finaliser: Finaliser
    package let workerKeys: WorkerKeyChecks
    package let alerts: AlertService
    /// Who the pods of runners are; nil where no jobs are handed to Kubernetes.
    let pods: PodIdentities?
    private let dispatcher: ClusterDispatcher?
    /// Shared by the Admin API and the watch folder, so that neither promises the other's room on the disk.
    package let uploads: UploadService
    package let logger: Logger
    /// What `/metrics` renders; nil where nobody set a registry up.
    package let metrics: PrometheusRegistry?
    /// Read once for whatever APIs are asked for metrics.
    let fleet: FleetMetrics

    package init(
        configuration: ServerConfiguration,
        tools: MediaTools,
        metrics: PrometheusRegistry?,
        logger: Logger
    ) {
        self.configuration = configuration
        self.tools = tools
        self.metrics = metrics
        self.logger = logger
        pool = PostgresPool(configuration: configuration.database, logger: logger)
        listener = PostgresListener(
            configuration: configuration.database,
            channels: UpdateBus.channels,
            logger: logger
        )
        catalog = Catalog(pool: pool)
        storage = Storage(root: configuration.storageRoot)
        hasher = PasswordHasher()
        let (jobQueries, claims) = (catalog.jobs, WaitingClaims())
        self.claims = claims
        bus = UpdateBus(
            announcements: catalog.announcements,
            listener: listener,
            redis: configuration.redis.map { redis in
                RedisBus(
                    configuration: redis,
                    jobs: jobQueries,
                    claims: claims,
                    entryIdle: configuration.limits.dispatchIdle,
                    logger: logger
                )
            },
            logger: logger
        )
        events = EventHub(bus: bus, logger: logger)
        progress = ProgressFeed(videos: catalog.videos, hub: events, logger: logger)
        jobs = JobSignal(bus: bus, claims: claims, logger: logger)
        access = MediaAccessCache(videos: catalog.videos, events: events)
        attempts = AttemptGuard(.admin, configuration.limits, redis: bus.redis)
        workerKeys = WorkerKeyChecks(
            workers: catalog.workers,
            hasher: hasher,
            limits: configuration.limits,
            bus: bus,
            logger: logger
        )
        alerts = AlertService(configuration.alerts, jobs: catalog.jobs, logger: logger)
        let cluster = configuration.cluster.map { ClusterAccess($0) }
        let (alerts, bus, limits) = (alerts, bus, configuration.limits)
        pods = cluster.map {
            PodIdentities(access: $0, jobs: jobQueries, limits: limits, redis: bus.redis, logger: logger)
        }
        dispatcher = cluster.map {
            ClusterDispatcher(access: $0, jobs: jobQueries, alerts: alerts, bus: bus, logger: logger)
        }
        fleet = FleetMetrics(catalog: catalog, storage: storage, logger: logger)
        finaliser = Finaliser(jobs: catalog.jobs, storage: storage, alerts: alerts, logger: logger)
        uploads = UploadService(catalog: catalog, storage: storage, tools: tools, configuration: configuration)
    }

    /// What must run while any of the APIs serves, in the order of starting.
    package var background: [any Service] {
        let redis: [any Service] = bus.redis.map { [$0] } ?? []
        return [pool, listener] + redis + [bus, events, progress, jobs, access, workerKeys, alerts]
            + (dispatcher.map { [$0] } ?? []) + BackgroundWork(self).services
    }
}
