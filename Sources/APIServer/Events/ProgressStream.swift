import Hummingbird
import NIOCore
import Postgres
import ServiceLifecycle
import VLogCore

/// One open stream of progress events.
struct ProgressStream: Sendable {
    let watch: ProgressWatch
    let feed: ProgressFeed
    /// Asked with every heartbeat: a stream must not outlive its session.
    let isSignedIn: @Sendable () async throws -> Bool

    /// Writes events until the client goes, its session ends, or the server shuts down.
    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        let place = feed.add(watch)
        defer { feed.remove(place) }
        try await withGracefulShutdownHandler {
            try await send(to: &writer)
        } onGracefulShutdown: {
            watch.finish()
        }
    }

    @concurrent private func send(to writer: inout any ResponseBodyWriter) async throws {
        for await _ in watch.signals {
            let batch = watch.take()
            if batch.isHeartbeatDue {
                guard try await isStillSignedIn() else { return }
                try await writer.write(ByteBuffer(string: ": still here\n\n"))
            }
            for event in batch.events { try await writer.write(event) }
        }
    }

    /// While the database is away nobody can tell; the stream goes on, and so does whoever watches it.
    private func isStillSignedIn() async throws -> Bool {
        do {
            return try await isSignedIn()
        } catch let error as PostgresError where error.isRetryable {
            return true
        }
    }
}
