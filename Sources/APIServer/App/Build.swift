import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// The Public API: what visitors see. Port 0 in the configuration lets the system choose; `onRunning` tells which.
package func buildPublicApplication(
    _ services: ServerServices,
    onRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
) -> some ApplicationProtocol {
    application(publicRouter(services), services.configuration.publicAddress, services, onRunning)
}

func publicRouter(_ services: ServerServices) -> Router<PublicContext> {
    let router = Router(context: PublicContext.self, options: .autoGenerateHeadEndpoints)
    addCommonMiddleware(to: router, api: "public")
    router.add(middleware: PublicCORS())
    router.add(middleware: ErrorResponses())
    HealthRoutes(services).add(to: router)
    PageRoutes(site: .public, services).add(to: router)
    PublicRoutes(services).add(to: router)
    MediaRoutes<PublicContext>(audience: .everyone, access: services.access, storage: services.storage).add(to: router)
    return router
}

/// The Admin API: everything that changes videos, behind a session or the admin secret.
package func buildAdminApplication(
    _ services: ServerServices,
    onRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
) -> some ApplicationProtocol {
    var admin = application(adminRouter(services), services.configuration.adminAddress, services, onRunning)
    admin.beforeServerStarts { try await services.uploads.sweep(logger: services.logger) }
    return admin
}

func adminRouter(_ services: ServerServices) -> Router<AdminContext> {
    let router = Router(context: AdminContext.self, options: .autoGenerateHeadEndpoints)
    addCommonMiddleware(to: router, api: "admin")
    router.add(middleware: ErrorResponses())
    AdminRoutes(services).add(to: router)
    return router
}

/// The Worker API: what runners ask and send.
package func buildWorkerApplication(
    _ services: ServerServices,
    onRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
) -> some ApplicationProtocol {
    application(workerRouter(services), services.configuration.workerAddress, services, onRunning)
}

func workerRouter(_ services: ServerServices) -> Router<WorkerContext> {
    let router = Router(context: WorkerContext.self)
    addCommonMiddleware(to: router, api: "worker")
    router.add(middleware: ErrorResponses())
    HealthRoutes(services).add(to: router)
    WorkerRoutes(services).add(to: router)
    let scrapers = router.group("api").add(
        middleware: MetricsAuthentication(
            token: services.configuration.metricsToken,
            attempts: AttemptGuard(.metrics, services.configuration.limits, redis: services.bus.redis)
        )
    )
    MetricsRoutes(registry: services.metrics, fleet: services.fleet).add(to: scrapers)
    return router
}

private func addCommonMiddleware(to router: Router<some APIContext>, api: StaticString) {
    router.add(middleware: RequestLog())
    router.add(middleware: HTTPMetrics(api: api))
    router.add(middleware: SecurityHeaders())
}

private func application<Context: APIContext>(
    _ router: Router<Context>,
    _ address: ListenAddress,
    _ services: ServerServices,
    _ onRunning: @escaping @Sendable (any Channel) async -> Void
) -> Application<RouterResponder<Context>> {
    Application(
        router: router,
        server: services.configuration.limits.httpServer,
        configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)),
        onServerRunning: onRunning,
        logger: services.logger
    )
}
