import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A web server on the loopback.
struct WebServer: Sendable {
    let port: Int
    let asked: Asked

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// The requests that came.
    final class Asked: Sendable {
        private let number = Mutex(0)
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self) }

        var count: Int { number.withLock { $0 } }

        func note() {
            number.withLock { $0 += 1 }
            continuation.yield()
        }

        /// Returns when a request has come.
        func next() async { for await _ in stream { return } }
    }
}

func withWebServer(_ body: @escaping @Sendable (WebServer) async throws -> Void) async throws {
    let asked = WebServer.Asked()
    let application = Application(
        router: router(asked),
        configuration: ApplicationConfiguration(address: .hostname("0.0.0.0", port: 0)),
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    try await application.test(.live) { client in
        try await body(WebServer(port: client.port ?? 0, asked: asked))
    }
}

private func router(_ asked: WebServer.Asked) -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: Counting(asked: asked))
    router.get("hello") { _, _ in
        Response(status: .ok, headers: [answer: "yes"], body: ResponseBody(byteBuffer: ByteBuffer(string: "hello")))
    }
    router.post("echo") { request, _ in
        Response(
            status: .ok,
            headers: [mark: request.headers[mark] ?? ""],
            body: ResponseBody(byteBuffer: try await request.body.collect(upTo: 1 << 16))
        )
    }
    router.get("redirect") { request, _ in
        Response(status: .found, headers: [.location: try request.uri.queryParameters.require("to")])
    }
    router.get("loop") { _, _ in Response(status: .found, headers: [.location: "/loop"]) }
    router.get("endless") { _, _ in
        Response(
            status: .ok,
            body: ResponseBody { writer in
                while true { try await writer.write(ByteBuffer(repeating: 0x2A, count: 4096)) }
            }
        )
    }
    // Answers when the server stops.
    router.get("silent") { _, _ in
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(3600)) }
        return Response(status: .ok)
    }
    return router
}

private let answer = HTTPField.Name("X-Answer") ?? .server
private let mark = HTTPField.Name("X-Mark") ?? .server

private struct Counting<Context: RequestContext>: RouterMiddleware {
    let asked: WebServer.Asked

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        asked.note()
        return try await next(request, context)
    }
}
