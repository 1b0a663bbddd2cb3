import Catalog
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Observability
import Postgres
import ServiceLifecycle
import SystemPackage
import TestSupport
import Transcoding

@testable import APIServer

/// A whole server over an empty database and an empty storage tree, its background services running; gone afterwards.
func withServices<Output: Sendable>(
    storage: FilePath? = nil,
    adjust: (inout ServerConfiguration) -> Void = { _ in },
    body: @Sendable (ServerServices) async throws -> Output
) async throws -> Output {
    try await TestDatabase.withTemporaryDatabase { database in
        try await withTemporaryDirectory { folder in
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            try await Migrator(migrations: Catalog.migrations).run(configuration: database, logger: logger)
            var configuration = ServerConfiguration(
                database: database,
                storageRoot: storage ?? folder.appending("storage"),
                webRoot: try makeWebRoot(in: folder),
                adminSecret: TestCredentials.secret
            )
            configuration.publicAddress.port = 0
            configuration.adminAddress.port = 0
            configuration.workerAddress.port = 0
            configuration.limits.freeBytesMargin = 1 << 20
            adjust(&configuration)
            let services = ServerServices(
                configuration: configuration,
                tools: try MediaTools.locate(),
                metrics: PrometheusRegistry(),
                logger: logger
            )
            try await services.storage.prepare()
            return try await services.running(body)
        }
    }
}

/// The same, and the Admin API over a real socket.
func withAdminAPI<Output: Sendable>(
    storage: FilePath? = nil,
    adjust: (inout ServerConfiguration) -> Void = { _ in },
    body: @Sendable (AdminClient, ServerServices) async throws -> Output
) async throws -> Output {
    try await withServices(storage: storage) {
        adjust(&$0)
    } body: { services in
        try await buildAdminApplication(services).test(.live) { client in
            try await body(AdminClient(client: client), services)
        }
    }
}

enum TestCredentials {
    static let secret = "correct horse battery staple"
    static let password = "a password of the tests"
}

extension ServerServices {
    /// Returns when the condition holds, for things that nothing tells of. Each look asks the database something, so that
    /// others have time to work; the test's time limit ends it.
    func until(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { _ = try await pool.query("SELECT pg_sleep(0.005)") }
    }

    func running<Output: Sendable>(
        _ body: @Sendable (ServerServices) async throws -> Output
    ) async throws -> Output {
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: background, logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                let output = try await body(self)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                return output
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
    }
}

/// Pages that say which folder they came from.
func makeWebRoot(in folder: FilePath) throws -> FilePath {
    let root = folder.appending("web")
    let files = [
        "public/index.html": "public home", "public/watch.html": "watch page", "admin/index.html": "admin home",
        "admin/app.js": "// admin", "shared/base.css": "/* shared */", "secret.txt": "outside of what is served",
    ]
    for (name, text) in files {
        let file = root.pushing(FilePath(name))
        let parent = file.removingLastComponent().string
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file.string))
    }
    return root
}
