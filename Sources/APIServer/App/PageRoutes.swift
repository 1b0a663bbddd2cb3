import HTTPTypes
import Hummingbird
import SystemPackage

/// The pages of a site, and the scripts and styles that they load.
struct PageRoutes: Sendable {
    /// Whose pages: each has a folder of its own, and both share `web/shared`.
    enum Site: String, Sendable {
        case `public`, admin

        /// Routes to the pages that they show.
        fileprivate var pages: [(route: RouterPath, file: String)] {
            switch self {
            case .public: [("/", "index.html"), ("/watch/:slug", "watch.html")]
            case .admin: [("/", "index.html")]
            }
        }
    }

    private let site: Site
    private let files: StaticFiles

    init(site: Site, _ services: ServerServices) {
        self.site = site
        let root = services.configuration.webRoot
        files = StaticFiles(folders: [root.appending(site.rawValue), root.appending("shared")])
    }

    func add(to router: some RouterMethods<some APIContext>) {
        for page in site.pages {
            router.get(page.route) { request, _ in try await files.answer(page.file, to: request) }
        }
        router.get("/static/**") { request, context in
            try await files.answer(context.parameters.getCatchAll().joined(separator: "/"), to: request)
        }
    }
}
