import Catalog
import Hummingbird

/// Everything that the Admin API answers, and what of it is open to whom.
struct AdminRoutes: Sendable {
    let services: ServerServices

    init(_ services: ServerServices) { self.services = services }

    func add(to router: Router<AdminContext>) {
        HealthRoutes(services).add(to: router)
        MetricsRoutes(registry: services.metrics, fleet: services.fleet).add(to: router)
        PageRoutes(site: .admin, services).add(to: router)

        let attempts = services.attempts
        let sessions = SessionService(services)
        let ours = router.group().add(middleware: OriginCheck(allowed: services.configuration.allowedOrigins))
        AuthRoutes(sessions: sessions, attempts: attempts, services.configuration).addOpen(to: ours.group("api/auth"))

        let admin = ours.group().add(
            middleware: AdminAuthentication(
                sessions: sessions,
                attempts: attempts,
                secret: services.configuration.adminSecret
            )
        )
        addGuarded(to: admin, sessions: sessions)
        AuthRoutes(sessions: sessions, attempts: attempts, services.configuration).add(to: admin.group("api/auth"))
    }

    /// Behind the authentication.
    private func addGuarded(to admin: RouterGroup<AdminContext>, sessions: SessionService) {
        let videos = VideoService(services)
        VideoRoutes(videos: videos).add(to: admin.group("api/videos"))
        UploadRoutes(uploads: services.uploads, videos: videos).add(to: admin.group("api/videos"))
        CategoryRoutes(categories: CategoryService(services)).add(to: admin.group("api/categories"))
        WorkerListRoutes(workers: services.catalog.workers).add(to: admin.group("api/workers"))
        EventRoutes(services, sessions: sessions).add(to: admin.group("api/events"))
        MediaRoutes<AdminContext>(audience: .admins, access: services.access, storage: services.storage).add(to: admin)
    }
}
