import Catalog
import ServiceLifecycle
import Synchronization
import VLogCore

/// Keeps the question "who may see this video" off the database while its segments are asked for. An answer is used
/// for at most two seconds, and dropped as soon as the database tells that the video changed.
package final class MediaAccessCache: Service {
    private let videos: VideoQueries
    private let events: EventHub
    private let state = Mutex(MediaAccessCacheState())

    package init(videos: VideoQueries, events: EventHub) {
        self.videos = videos
        self.events = events
    }

    /// Listens for changes until the server stops.
    package func run() async throws {
        for await event in events.subscribe().cancelOnGracefulShutdown() {
            state.withLock { state in
                switch event {
                case .changed(let id): state.forget(id)
                case .resync: state.forgetAll()
                case .watching: break
                }
            }
        }
    }

    /// Who may see a video; nil when there is none of this name.
    func find(_ slug: Slug) async throws -> MediaAccess? {
        let now = ContinuousClock.now
        switch state.withLock({ $0.lookUp(slug, at: now) }) {
        case .known(let access): return access
        case .ask(let ticket):
            let access = try await videos.mediaAccess(slug)
            state.withLock { $0.store(access, for: slug, ticket: ticket, at: now) }
            return access
        }
    }
}
