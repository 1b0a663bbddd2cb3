import APIServer
import Catalog
import Foundation
import JobRunner
import Logging
import Observability
import PasswordHashing
import Postgres
import PrivatePostgres
import ProcessMemory
import ServiceLifecycle
import Synchronization
import SystemPackage
import Transcoding
import UnixSignals
import VLogCore

/// Everything on one machine, composed of the same parts that `vlog server` and `vlog runner pull` use.
struct LocalPlatform {
    let folder: DataFolder
    let storage: FilePath
    let serve: ServeOptions
    let encode: EncodeOptions
    let runsJobs: Bool
    let metrics: PrometheusRegistry
    let environment: [String: String]

    private static let workerName = "this-machine"

    /// Starts all of it, prints where it is, and returns when it was asked to stop and has.
    func run() async throws {
        let logger = Logger(label: "vlog")
        let tools = try MediaTools.locate()
        try encode.check(environment)
        try folder.prepare(storage: storage)
        let lock = try folder.lock()
        defer { try? lock.close() }
        let secret = try folder.ensureAdminSecret()

        let postgres = PrivatePostgres(directory: folder.postgres, logger: logger)
        var configuration = try serve.configuration(
            database: PostgresConfiguration(url: postgres.url),
            storageRoot: storage,
            adminSecret: secret,
            environment: environment
        )
        configuration.watchFolder = try serve.watchFolder(
            orElse: folder.inbox,
            keepingOut: [folder.path, storage],
            environment: environment
        )
        try await postgres.start()
        let group: ServiceGroup
        do {
            group = try await compose(configuration, postgres, tools, logger)
        } catch {
            // What went wrong says more than that the server did not stop either.
            try? await postgres.stop()
            throw error
        }
        try await group.run()
    }

    /// Brings the database up to date and puts together what runs until the end.
    private func compose(
        _ configuration: ServerConfiguration,
        _ postgres: PrivatePostgres,
        _ tools: MediaTools,
        _ logger: Logger
    ) async throws -> ServiceGroup {
        try await Migrator(migrations: Catalog.migrations).run(configuration: configuration.database, logger: logger)
        let services = ServerServices(configuration: configuration, tools: tools, metrics: metrics, logger: logger)

        let setup = LocalSetup(
            provisioning: Provisioning(services),
            workerName: LocalPlatform.workerName,
            environment: environment
        )
        let facts = try await setup.prepare()
        let announcement = Announcement(configuration: configuration, folder: folder, password: facts.newPassword)
        var all: [any Service] = [postgres]
        all += ServerRole.services(Set(ServerRole.allCases), services) { announcement.serverRuns() }
        // It would be quicker than Kubernetes, and get all of them.
        if runsJobs, configuration.cluster == nil {
            var runner = RunnerConfiguration(
                server: configuration.workerAddress.localURL,
                apiKey: facts.workerKey,
                name: LocalPlatform.workerName,
                scratch: folder.scratch
            )
            // It stays, to be there when it is given jobs again.
            runner.endsWhenDrained = false
            let preflight = EncoderPreflight(
                encode: encode,
                tools: tools,
                scratch: folder.scratch,
                environment: environment,
                logger: logger
            )
            all.append(PullRunner(configuration: runner, preflight: preflight, logger: logger))
        }
        all.append(MemoryReclaimer())
        return ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: all.map { service in
                    ServiceGroupConfiguration.ServiceConfiguration(service: service)
                },
                gracefulShutdownSignals: [.sigint, .sigterm],
                logger: logger
            )
        )
    }
}
