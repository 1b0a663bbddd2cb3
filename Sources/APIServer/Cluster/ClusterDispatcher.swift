import Catalog
import ClusterResources
import Kubernetes
import Logging
import Postgres
import ServiceLifecycle
import VLogCore

/// Hands jobs to Kubernetes, and carries back what becomes of them there. Nobody waits for it: an upload is done when its
/// rows are. Several servers may do so at once.
final class ClusterDispatcher: Service {
    /// Everything is looked at this often even when nothing was told.
    private static let resync = Duration.seconds(15)
    private static let concurrency = 8

    private let access: ClusterAccess
    private let jobs: JobQueries
    private let alerts: AlertService
    private let bus: UpdateBus
    private let logger: Logger
    private let queue = WorkQueue<VideoID>()

    init(access: ClusterAccess, jobs: JobQueries, alerts: AlertService, bus: UpdateBus, logger: Logger) {
        self.access = access
        self.jobs = jobs
        self.alerts = alerts
        self.bus = bus
        self.logger = logger
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.access.open { try await self.dispatch($0) } }
        } catch is CancellationError {
            return
        }
    }

    private func dispatch(_ client: KubernetesClient) async throws {
        let configuration = access.configuration
        let make = VideoTranscodeJob(installation: try await installation(), configuration)
        // In groups by video.
        let store = ObjectStore<TranscodeJob> { job in job.videoID.map { ["\($0)"] } ?? [] }
        store.onChange { [queue] old, new in
            if let video = (new ?? old)?.videoID { queue.add(video) }
        }
        let informer = Informer(
            store,
            of: ObjectSelection(namespace: configuration.namespace, labels: make.selector),
            client: client,
            logger: logger
        )
        let reconciler = DispatchReconciler(
            jobs: jobs,
            alerts: alerts,
            client: client,
            store: store,
            make: make,
            configuration: configuration
        )
        let controller = Controller(
            "dispatch",
            metrics: .dispatches,
            queue: queue,
            concurrency: Self.concurrency,
            logger: logger
        ) {
            try await reconciler.reconcile($0, logger: $1)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await informer.run() }
            group.addTask { await self.hear() }
            group.addTask { await self.lookAtAll() }
            group.addTask {
                guard (try? await store.waitUntilComplete()) != nil else { return }
                await controller.run()
            }
        }
    }

    private func installation() async throws -> String {
        while true {
            do {
                return try await jobs.installation()
            } catch {
                guard error.isRetryable else { throw error }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func hear() async {
        for await message in bus.messages() {
            switch message {
            case .notification(Announcement.Channel.events.rawValue, let payload):
                if let video = VideoID(payload) { queue.add(video) }
            case .reconnected: await addAll()
            case .notification, .doubtful: break
            }
        }
    }

    private func lookAtAll() async {
        while (try? await Task.sleep(for: Self.resync)) != nil { await addAll() }
    }

    private func addAll() async {
        do {
            for video in try await jobs.clusterVideos() { queue.add(video) }
        } catch {
            logger.debug("jobs not listed", metadata: ["error": "\(error)"])
        }
    }
}
