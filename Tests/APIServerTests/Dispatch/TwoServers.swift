import Catalog
import Foundation
import HummingbirdTesting
import Logging
import Postgres
import Redis
import SystemPackage
import TestSupport
import Testing
import Transcoding
import VLogCore

@testable import APIServer

/// Two servers on one database and one storage, each with its Worker API, and what carries things between them.
struct TwoServers: Sendable {
    let first: RunningServer
    let second: RunningServer

    var all: [RunningServer] { [first, second] }

    /// Calls `body` with them; `urls` names the Redis of each, nil for none.
    static func with<Output: Sendable>(
        redis urls: (String?, String?),
        adjust: (inout ServerConfiguration) -> Void = { _ in },
        _ body: @Sendable (TwoServers) async throws -> Output
    ) async throws -> Output {
        try await TestDatabase.withTemporaryDatabase { database in
            try await withTemporaryDirectory { folder in
                let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
                try await Migrator(migrations: Catalog.migrations).run(configuration: database, logger: logger)
                let webRoot = try makeWebRoot(in: folder)
                let services = try [urls.0, urls.1].map { url in
                    var configuration = ServerConfiguration(
                        database: database,
                        storageRoot: folder.appending("storage"),
                        webRoot: webRoot,
                        adminSecret: TestCredentials.secret
                    )
                    configuration.workerAddress.port = 0
                    configuration.redis = try url.map { try RedisConfiguration(url: $0) }
                    adjust(&configuration)
                    return ServerServices(
                        configuration: configuration,
                        tools: try MediaTools.locate(),
                        metrics: nil,
                        logger: logger
                    )
                }
                try await services[0].storage.prepare()
                return try await services[0].serving { first in
                    try await services[1].serving { second in
                        try await body(TwoServers(first: first, second: second))
                    }
                }
            }
        }
    }
}

extension ServerServices {
    fileprivate func serving<Output: Sendable>(
        _ body: @Sendable (RunningServer) async throws -> Output
    ) async throws -> Output {
        try await running { services in
            try await buildWorkerApplication(services).test(.live) { workers in
                let port = try #require(workers.port)
                return try await body(
                    RunningServer(services: services, publicPort: 0, adminPort: 0, workerPort: port)
                )
            }
        }
    }

    /// Returns when Redis is used, or is not; each change is told to those who listen.
    func untilRedis(isUsed: Bool) async {
        for await _ in bus.messages() where bus.redis?.isConnected == isUsed { return }
    }
}

extension RunningServer {
    /// Returns when so many claims look or wait here.
    func untilWaiting(_ count: Int) async {
        while !Task.isCancelled {
            let arrivals = services.claims.arrivals.count
            if services.claims.count >= count { return }
            await services.claims.arrivals.wait(since: arrivals, until: .now + .seconds(30))
        }
    }
}
