import HTTPTypes
import Hummingbird
import NIOCore
import Observability

/// `GET metrics` below wherever it is added: the process's metrics in the Prometheus text format. Its labels hold no titles, names or ids.
struct MetricsRoutes: Sendable {
    let registry: PrometheusRegistry?
    let fleet: FleetMetrics

    func add(to router: some RouterMethods<some APIContext>) {
        router.get("metrics") { _, _ in
            guard let registry else { throw APIError.notFound("registry of metrics in this process") }
            await fleet.refresh()
            return Response(
                status: .ok,
                headers: [.contentType: PrometheusRegistry.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: registry.render()))
            )
        }
    }
}
