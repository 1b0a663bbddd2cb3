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
    package let events: EventHub
    package let jobs: JobSignal
    /// Who may see which video, for the media routes.
    package let access: MediaAccessCache
    /// Shared by everything that takes a password or the admin secret.
    package let attempts: AttemptGuard
    package let finaliser: Finaliser
    package let logger: Logger
    /// What `/metrics` renders; nil where nobody set a registry up.
    package let metrics: PrometheusRegistry?

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
            channels: [EventHub.channel, JobSignal.channel],
            logger: logger
        )
        catalog = Catalog(pool: pool)
        storage = Storage(root: configuration.storageRoot)
        hasher = PasswordHasher()
        events = EventHub(listener: listener, logger: logger)
        jobs = JobSignal(listener: listener, logger: logger)
        access = MediaAccessCache(videos: catalog.videos, events: events)
        attempts = AttemptGuard(configuration.limits)
        finaliser = Finaliser(jobs: catalog.jobs, storage: storage, logger: logger)
    }

    /// What must run while any of the APIs serves, in the order of starting.
    package var background: [any Service] { [pool, listener, events, jobs, access] + BackgroundWork(self).services }
}
