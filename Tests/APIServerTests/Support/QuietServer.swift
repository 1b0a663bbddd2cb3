import Catalog
import Logging
import Postgres
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import APIServer

/// The parts of a server that publish and tidy, over a database and a storage tree, with nothing running by itself.
struct QuietServer: Sendable {
    let catalog: Catalog
    let pool: PostgresPool
    let storage: Storage
    let logger: Logger
    let id: VideoID
    let slug: Slug
    let job: JobID
    let token: [UInt8]

    var finaliser: Finaliser {
        let alerts = AlertService(nil, jobs: catalog.jobs, logger: logger)
        return Finaliser(jobs: catalog.jobs, storage: storage, alerts: alerts, logger: logger)
    }
    var sweep: StorageSweep { StorageSweep(videos: catalog.videos, storage: storage, logger: logger) }
    var layout: OutputLayout { OutputLayout(storage, slug: slug, generation: 1, job: job) }

    /// What the Worker API does for a runner that delivers the sample and completes.
    func complete() async throws {
        for file in SampleVideo.files {
            let body = SampleVideo.body(file.path, file.bytes)
            let place = layout.location(of: body.path)
            _ = try await catalog.jobs.recordFile(job, tokenHash: token, body, lease: .seconds(60)) {
                try Disk.makeFolders(place.removingLastComponent())
                try Disk.write(file.bytes, to: place)
            }
        }
        _ = try await catalog.jobs.complete(job, tokenHash: token, SampleVideo.result)
    }
}

/// Calls `body` with one video whose job is claimed.
func withQuietServer(_ body: @Sendable (QuietServer) async throws -> Void) async throws {
    try await TestDatabase.withTemporaryDatabase { database in
        try await withTemporaryDirectory { root in
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            try await Migrator(migrations: Catalog.migrations).run(configuration: database, logger: logger)
            let pool = PostgresPool(configuration: database, logger: logger)
            let (catalog, storage) = (Catalog(pool: pool), Storage(root: root))
            try await storage.prepare()
            let id = try await catalog.videos.create(SampleVideo.upload("Clip")) { id in
                try Disk.write(SampleVideo.source, to: storage.sourceFile(id, extension: "mov"))
            }
            let worker = try await catalog.workers.register(name: "runner", keyPrefix: "x", keyHash: "x")
            let token = Secret.hash("token")
            try await catalog.workers.heartbeat(worker, TestRunner.capabilities)
            let row = try #require(try await catalog.jobs.claim(worker: worker, tokenHash: token, lease: .seconds(60)))
            let slug = try #require(try await catalog.videos.admin(id)).slug
            let server = QuietServer(
                catalog: catalog,
                pool: pool,
                storage: storage,
                logger: logger,
                id: id,
                slug: slug,
                job: row.jobID,
                token: token
            )
            try await body(server)
        }
    }
}
