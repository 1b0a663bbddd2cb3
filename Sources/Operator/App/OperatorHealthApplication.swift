import Hummingbird
import Logging
import NIOCore
import Observability

/// The operator's own small server: `/healthz`, `/readyz` and `/metrics`.
package func operatorHealthApplication(
    _ health: OperatorHealth,
    metrics: PrometheusRegistry,
    port: Int,
    logger: Logger
) -> some ApplicationProtocol {
    let router = Router()
    router.get("healthz") { _, _ in "ok\n" }
    router.get("readyz") { _, _ in
        let isReady = health.isReady
        return Response(
            status: isReady ? .ok : .serviceUnavailable,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: isReady ? "ok\n" : "caches are not filled yet\n"))
        )
    }
    router.get("metrics") { _, _ in
        Response(
            status: .ok,
            headers: [.contentType: PrometheusRegistry.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.render()))
        )
    }
    return Application(
        router: router,
        configuration: ApplicationConfiguration(address: .hostname("0.0.0.0", port: port)),
        logger: logger
    )
}
