import APIServer
import ArgumentParser
import Catalog
import Foundation
import Logging
import Observability
import Postgres
import ProcessMemory
import ServiceLifecycle
import Transcoding
import UnixSignals

struct Server: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the HTTP APIs, with a PostgreSQL of your own.",
        discussion: """
            VLOG_DATABASE_URL names the database, VLOG_STORAGE_PATH (or --storage) the folder for files, \
            VLOG_ADMIN_API_SECRET what scripts send as X-Admin-Secret, VLOG_ADMIN_PASSWORD the administrator's password \
            while there is none yet. VLOG_MIGRATE=false leaves the schema to `vlog migrate`.
            """
    )

    @Option(help: "Which APIs, separated by commas: public, admin, worker.")
    var roles = ServerRole.allCases.map(\.rawValue).joined(separator: ",")

    @OptionGroup var serve: ServeOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        guard try chosenRoles().contains(.admin) || serve.watchFolder == nil else {
            throw ValidationError("--watch-folder is for servers with the role admin")
        }
    }

    func run() async throws {
        OpenFileLimit.raise()
        EventLoops.matchCores()
        let registry = log.bootstrap()
        do {
            try await run(registry: registry, environment: ProcessInfo.processInfo.environment)
        } catch {
            StandardError.write("error: \(error)\n")
            throw ExitCode(1)
        }
    }

    private func chosenRoles() throws -> Set<ServerRole> {
        let chosen = try roles.split(separator: ",").map { name in
            guard let role = ServerRole(rawValue: String(name)) else {
                throw ValidationError("'\(name)' is not a role; there are public, admin and worker")
            }
            return role
        }
        guard !chosen.isEmpty else { throw ValidationError("--roles names no role") }
        return Set(chosen)
    }
}

extension Server {
    private func run(registry: PrometheusRegistry, environment: [String: String]) async throws {
        let place = try ServerPlace(environment, storage: serve.storage)
        let logger = Logger(label: "vlog")
        var configuration = try serve.configuration(
            database: place.database,
            storageRoot: place.storageRoot,
            adminSecret: environment["VLOG_ADMIN_API_SECRET"],
            environment: environment
        )
        let roles = try chosenRoles()
        if roles.contains(.admin) {
            configuration.watchFolder = try serve.watchFolder(keepingOut: [place.storageRoot], environment: environment)
        }
        let migrator = Migrator(migrations: Catalog.migrations)
        if environment["VLOG_MIGRATE"] == "false" {
            try await migrator.check(configuration: place.database)
        } else {
            try await migrator.run(configuration: place.database, logger: logger)
        }
        let services = ServerServices(
            configuration: configuration,
            tools: try MediaTools.locate(),
            metrics: registry,
            logger: logger
        )
        if let password = environment["VLOG_ADMIN_PASSWORD"], !password.isEmpty {
            _ = try await Provisioning(services).ensurePassword(password)
        }
        let group = ServiceGroup(
            services: ServerRole.services(roles, services) { logger.info("api listens") } + [MemoryReclaimer()],
            gracefulShutdownSignals: [.sigint, .sigterm],
            logger: logger
        )
        try await group.run()
    }
}
