import Catalog
import HTTPTypes
import Hummingbird
import VLogCore

/// `GET /api/events/progress?video_ids=1,2,3`: server-sent events (https://html.spec.whatwg.org/#server-sent-events)
/// of how far these videos are. First one event for each, then one whenever something changed. A client that comes back
/// with `Last-Event-ID` is told nothing at first if nothing has changed since.
struct EventRoutes: Sendable {
    let progress: ProgressFeed
    let sessions: SessionService
    let streams: StreamCount

    init(_ services: ServerServices, sessions: SessionService) {
        progress = services.progress
        self.sessions = sessions
        streams = StreamCount(most: services.configuration.limits.eventStreams)
    }

    func add(to group: RouterGroup<AdminContext>) { group.get("progress", use: stream) }

    @Sendable func stream(_ request: Request, context: AdminContext) async throws -> Response {
        let ids = try Self.ids(in: request)
        let stream = ProgressStream(
            watch: ProgressWatch(ids: ids, lastEventID: request.headers[.lastEventID]),
            feed: progress,
            isSignedIn: {
                guard let session = context.identity?.session else { return true }
                return try await sessions.find(tokenHash: session.tokenHash) != nil
            }
        )
        let place = try streams.take()
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
                .accelBuffering: "no",
            ],
            body: ResponseBody { [place] writer in
                defer { withExtendedLifetime(place) {} }
                try await stream.write(to: &writer)
                try await writer.finish(nil)
            }
        )
    }

    private static func ids(in request: Request) throws -> [VideoID] {
        let parts = try request.query("video_ids", as: String.self)?.split(separator: ",") ?? []
        guard (1...VideoQueries.mostProgressIDs).contains(parts.count) else {
            throw APIError.badField("video_ids", "is a list of 1 to \(VideoQueries.mostProgressIDs) numbers.")
        }
        return try parts.map { part in
            guard let id = VideoID(String(part)) else {
                throw APIError.badField("video_ids", "is a list of numbers with commas between them.")
            }
            return id
        }
    }
}

extension HTTPField.Name {
    /// Tells nginx and its kin not to hold events back.
    fileprivate static var accelBuffering: HTTPField.Name { .init(validated: "X-Accel-Buffering") }
    /// https://html.spec.whatwg.org/#the-last-event-id-header
    fileprivate static var lastEventID: HTTPField.Name { .init(validated: "Last-Event-ID") }
}
