import Catalog
import Logging
import Metrics
import Observability
import Synchronization
import VLogCore

/// The gauges that describe the whole installation. They are read when somebody asks for metrics, and for a few seconds,
/// however many ask; where nobody asks they cost nothing.
final class FleetMetrics: Sendable {
    private struct State {
        var census: ContinuousClock.Instant?
        var videos: ContinuousClock.Instant?
        var isReading = false
    }

    /// A database that hangs must not make a scrape of all other figures time out.
    private static let patience = Duration.seconds(3)

    private static let age = Duration.seconds(5)
    /// Counting all videos reads all of them.
    private static let videosAge = Duration.seconds(60)

    private let catalog: Catalog
    private let storage: Storage
    private let logger: Logger
    private let read = Mutex(State())

    init(catalog: Catalog, storage: Storage, logger: Logger) {
        self.catalog = catalog
        self.storage = storage
        self.logger = logger
        ServerMetrics.prepare()
    }

    /// Brings the gauges up to date. A database that is away, or does not answer in time, leaves them as they were, and is a gauge of
    /// its own.
    func refresh() async {
        let begins = read.withLock { state in
            defer { state.isReading = true }
            return !state.isReading
        }
        guard begins else { return }
        let (end, ended) = AsyncStream<Never>.makeStream()
        // It outlives the request where a database hangs: nothing ends a question to one that is frozen.
        Task {
            await readAll()
            read.withLock { $0.isReading = false }
            ended.finish()
        }
        let isInTime = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in end {}
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        if !isInTime, !Task.isCancelled { gauge(.databaseUp, [], 0) }
    }

    private func readAll() async {
        let now = ContinuousClock.now
        let (isDue, videosAreDue) = read.withLock { state in
            let due = (
                state.census.isOlder(than: Self.age, at: now), state.videos.isOlder(than: Self.videosAge, at: now)
            )
            if due.0 { state.census = now }
            if due.1 { state.videos = now }
            return due
        }
        guard isDue else { return }
        // Before the database, which may let it wait.
        do {
            gauge(.storageFree, [], Double(try await storage.freeBytes()))
        } catch {
            gauge(.storageFree, [], 0)
            logger.debug("metrics not read", metadata: ["error": "\(error)"])
        }
        do {
            show(try await catalog.jobs.census())
            if videosAreDue { show(try await catalog.videos.census()) }
            gauge(.databaseUp, [], 1)
        } catch {
            if videosAreDue { read.withLock { $0.videos = nil } }
            gauge(.databaseUp, [], 0)
            logger.debug("metrics not read", metadata: ["error": "\(error)"])
        }
    }

    /// Those that are not in it are 0.
    private func show(_ census: FleetCensus) {
        for priority in JobPriority.allCases {
            for reason in WaitingReason.allCases where reason != .starting {
                let count = census.queued[FleetCensus.Queue(priority, reason)] ?? 0
                gauge(.queuedJobs, [("priority", priority.name), ("reason", reason.rawValue)], Double(count))
            }
            gauge(.queueWait, [("priority", priority.name)], census.longestWait[priority] ?? 0)
        }
        for state in [JobState.running, .finalising] {
            gauge(.jobs, [("state", state.rawValue)], Double(census.jobs[state] ?? 0))
        }
        for status in WorkerStatus.allCases {
            gauge(.workers, [("status", status.rawValue)], Double(census.workers[status] ?? 0))
        }
    }

    private func show(_ videos: [VideoStatus: Int]) {
        for status in VideoStatus.allCases {
            gauge(.videos, [("status", status.rawValue)], Double(videos[status] ?? 0))
        }
    }

    private func gauge(_ name: MetricName, _ labels: [(String, String)], _ value: Double) {
        Gauge(label: name.rawValue, dimensions: labels).record(value)
    }
}

extension ContinuousClock.Instant? {
    fileprivate func isOlder(than age: Duration, at now: ContinuousClock.Instant) -> Bool {
        map { now - $0 >= age } ?? true
    }
}
