import Catalog
import Foundation
import Hummingbird
import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import VLogCore

/// One open stream of progress events.
struct ProgressStream: Sendable {
    /// The shortest time between two looks at the database: at most five events a second and video.
    private static let pace: Duration = .milliseconds(200)
    /// A comment so often shows that the stream lives, to both ends and to proxies between them.
    private static let heartbeat: Duration = .seconds(15)

    let ids: [VideoID]
    let videos: VideoQueries
    let hub: EventHub
    /// Asked with every heartbeat: a stream must not outlive its session.
    let isSignedIn: @Sendable () async throws -> Bool
    let logger: Logger

    /// Writes events until the client goes, its session ends, or the server shuts down.
    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        let pending = PendingEvents(asked: ids)
        let events = hub.subscribe(watching: true)
        try await withThrowingTaskGroup { group in
            group.addTask {
                for await event in events { pending.note(event) }
                pending.finish()
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: ProgressStream.heartbeat)
                    pending.noteHeartbeat()
                }
            }
            defer { group.cancelAll() }
            try await withGracefulShutdownHandler {
                try await send(pending, to: &writer)
            } onGracefulShutdown: {
                pending.finish()
            }
        }
    }

    @concurrent private func send(_ pending: PendingEvents, to writer: inout any ResponseBodyWriter) async throws {
        for await _ in pending.signals {
            let batch = pending.take()
            if batch.isHeartbeatDue {
                guard try await isStillSignedIn() else { return }
                try await writer.write(ByteBuffer(string: ": still here\n\n"))
            }
            if let text = await events(of: batch, pending) { try await writer.write(ByteBuffer(string: text)) }
            try await Task.sleep(for: ProgressStream.pace)
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

    /// The events' text; nil without any. When the database is away, they are told with the next signal.
    private func events(of batch: PendingEvents.Batch, _ pending: PendingEvents) async -> String? {
        guard !batch.changed.isEmpty else { return nil }
        do {
            let bodies = try await videos.progress(batch.changed.sorted())
            return try bodies.map { body in
                let data = String(decoding: try JSONCoding.bytes(of: body), as: UTF8.self)
                return "event: progress\nid: \(body.videoID)\ndata: \(data)\n\n"
            }.joined()
        } catch {
            logger.warning("progress could not be read", metadata: ["error": "\(error)"])
            pending.putBack(batch.changed)
            return nil
        }
    }
}
