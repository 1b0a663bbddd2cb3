import Catalog
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import VLogCore

/// Reads how far videos are, once for all streams that watch them: what a change costs the database does not depend on
/// how many watch.
package final class ProgressFeed: Service {
    /// The shortest time between two looks at the database: at most five events a second and video.
    private static let pace: Duration = .milliseconds(200)
    /// After a look that failed.
    private static let pause: Duration = .seconds(1)
    /// Other servers are told so often that somebody watches, because a runner reports to any of them.
    private static let watchingInterval: Duration = .seconds(5)
    /// A comment so often shows that a stream lives, to both ends and to proxies between them.
    private static let heartbeatSeconds: UInt64 = 15

    private struct State {
        var watches: [UInt64: ProgressWatch] = [:]
        var watchers: [VideoID: Set<UInt64>] = [:]
        var changed: Set<VideoID> = []
        var nextWatch: UInt64 = 0
        /// When a server, this one or another, told last that somebody looks at progress.
        var watchedAt: ContinuousClock.Instant?
        var hasEnded = false
    }

    private let videos: VideoQueries
    private let hub: EventHub
    private let logger: Logger
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    package init(videos: VideoQueries, hub: EventHub, logger: Logger) {
        self.videos = videos
        self.hub = hub
        self.logger = logger
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Reads and tells until the server shuts down; then every watch ends.
    package func run() async throws {
        let events = hub.subscribe()
        await withTaskGroup { group in
            group.addTask {
                for await event in events.cancelOnGracefulShutdown() { self.note(event) }
            }
            group.addTask { await self.tell() }
            group.addTask { await self.beat() }
            group.addTask { await self.tellOthers() }
            await group.next()
            group.cancelAll()
        }
        let left = state.withLock { state in
            state.hasEnded = true
            return Array(state.watches.values)
        }
        for watch in left { watch.finish() }
    }

    /// Whether somebody looks at progress right now, here or at another server.
    package var isWatched: Bool {
        state.withLock { state in
            if !state.watches.isEmpty { return true }
            guard let watchedAt = state.watchedAt else { return false }
            return watchedAt.duration(to: .now) < Self.watchingInterval * 2
        }
    }

    /// Tells the watch what is, and then what changes, until it is removed.
    func add(_ watch: ProgressWatch) -> UInt64 {
        let id = state.withLock { state in
            state.nextWatch += 1
            state.watches[state.nextWatch] = watch
            for video in watch.ids { state.watchers[video, default: []].insert(state.nextWatch) }
            state.changed.formUnion(watch.ids)
            if state.hasEnded { watch.finish() }
            return state.nextWatch
        }
        signal.yield()
        return id
    }

    func remove(_ id: UInt64) {
        state.withLock { state in
            guard let watch = state.watches.removeValue(forKey: id) else { return }
            for video in watch.ids {
                state.watchers[video]?.remove(id)
                if state.watchers[video]?.isEmpty == true { state.watchers[video] = nil }
            }
        }
    }

    private func note(_ event: EventHub.Event) {
        let hasNews = state.withLock { state in
            switch event {
            case .changed(let id): if state.watchers[id] != nil { state.changed.insert(id) }
            case .resync: state.changed.formUnion(state.watchers.keys)
            case .watching: state.watchedAt = .now
            }
            return !state.changed.isEmpty
        }
        if hasNews { signal.yield() }
    }

    /// While the database is away, what has changed stays noted and is looked at again.
    private func tell() async {
        var isAway = false
        for await _ in signals {
            let changed = state.withLock { state in
                defer { state.changed = [] }
                return state.changed.filter { state.watchers[$0] != nil }.sorted()
            }
            do {
                try await read(changed)
                isAway = false
                try await Task.sleep(for: Self.pace)
            } catch is CancellationError {
                return
            } catch {
                if !isAway { logger.warning("progress could not be read", metadata: ["error": "\(error)"]) }
                isAway = true
                state.withLock { $0.changed.formUnion(changed) }
                signal.yield()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func read(_ changed: [VideoID]) async throws {
        for start in stride(from: 0, to: changed.count, by: VideoQueries.mostProgressIDs) {
            let part = changed[start..<min(start + VideoQueries.mostProgressIDs, changed.count)]
            let bodies = try await videos.progress(Array(part))
            let events = try Dictionary(uniqueKeysWithValues: bodies.map { ($0.videoID, try ProgressEvent($0)) })
            for id in part {
                for watch in watches(of: id) { watch.note(id, events[id]) }
            }
        }
    }

    private func watches(of video: VideoID) -> [ProgressWatch] {
        state.withLock { state in (state.watchers[video] ?? []).compactMap { state.watches[$0] } }
    }

    private func tellOthers() async {
        while true {
            do { try await Task.sleep(for: Self.watchingInterval) } catch { return }
            guard state.withLock({ !$0.watches.isEmpty }) else { continue }
            videos.noteWatching()
        }
    }

    /// A fifteenth of the watches each second, so that thousands do not speak at once.
    private func beat() async {
        for second in 0... {
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
            let due = state.withLock { state in
                state.watches.filter { $0.key % Self.heartbeatSeconds == UInt64(second) % Self.heartbeatSeconds }.values
            }
            for watch in due { watch.noteHeartbeat() }
        }
    }
}
