import Catalog
import Postgres
import Testing
import VLogCore

@testable import APIServer

/// A video that visitors must not see, with as many of its files in the storage as there can be.
struct HiddenVideo: Sendable {
    enum State: String, CaseIterable, Sendable {
        case pending, processing, failed, draft, future, deleted
    }

    let state: State
    let slug: Slug

    /// One of each state.
    static func all(on server: RunningServer) async throws -> [HiddenVideo] {
        var videos: [HiddenVideo] = []
        // Those that no runner touches come last, as a runner takes the oldest.
        for state in State.allCases.reversed() { videos.append(try await make(state, on: server)) }
        return videos
    }

    private static func make(_ state: State, on server: RunningServer) async throws -> HiddenVideo {
        let title = "Hidden \(state.rawValue)"
        let catalog = server.services.catalog
        switch state {
        case .pending:
            // Nothing claims it while the shown video is made: it waits for its next attempt.
            let slug = try await server.services.addVideo(title).slug
            try await server.services.pool.execute(
                """
                UPDATE transcoding_jobs SET not_before = now() + interval '1 hour'
                WHERE state = 'queued'
                """
            )
            return HiddenVideo(state: state, slug: slug)
        case .processing, .failed:
            let slug = try await server.services.addVideo(title).slug
            let job = try #require(try await TestRunner(server, name: title).claim())
            try await job.putAll()
            if state == .failed { #expect(try await job.fail(.badInput).status == 200) }
            return HiddenVideo(state: state, slug: slug)
        case .draft, .future, .deleted:
            let video = try await server.addReadyVideo(title, published: state != .draft)
            if state == .deleted { _ = try await catalog.videos.softDelete(video.id) }
            if state == .future {
                try await server.services.pool.execute(
                    "UPDATE videos SET published_at = now() + interval '1 hour' WHERE id = \(video.id)"
                )
            }
            return HiddenVideo(state: state, slug: video.slug)
        }
    }
}
