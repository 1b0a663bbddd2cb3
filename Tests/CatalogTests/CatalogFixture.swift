import Catalog
import Foundation
import Logging
import Postgres
import TestSupport
import VLogCore

/// A migrated database, and short ways to bring it into the states that tests start from.
struct CatalogFixture: Sendable {
    let catalog: Catalog
    let pool: PostgresPool
    let configuration: PostgresConfiguration

    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    static let lease = Duration.seconds(60)

    static func with(_ body: (CatalogFixture) async throws -> Void) async throws {
        try await TestDatabase.withTemporaryDatabase { configuration in
            try await Migrator(migrations: Catalog.migrations).run(configuration: configuration, logger: logger)
            let pool = PostgresPool(configuration: configuration, maximumConnections: 6, logger: logger)
            let fixture = CatalogFixture(catalog: Catalog(pool: pool), pool: pool, configuration: configuration)
            try await body(fixture)
        }
    }

    /// An upload that has just ended.
    @discardableResult
    func upload(_ video: NewVideo = .sample()) async throws -> VideoID {
        try await catalog.videos.create(video) { _ in }
    }

    @discardableResult
    func worker(_ name: String = "runner") async throws -> WorkerID {
        let id = try await catalog.workers.register(name: name, keyPrefix: "k-\(UUID())", keyHash: "$argon2id$")
        try await catalog.workers.heartbeat(id, .sample)
        return id
    }

    /// Claims whatever is first; throws when nothing is there.
    func claim(token: [UInt8] = [1], worker: WorkerID? = nil) async throws -> ClaimedRow {
        let worker = if let worker { worker } else { try await self.worker() }
        let row = try await catalog.jobs.claim(worker: worker, tokenHash: token, lease: Self.lease)
        guard let row else { throw FixtureError.nothingToClaim }
        return row
    }

    /// An upload on which a runner with token `[1]` works.
    func running(_ video: NewVideo = .sample()) async throws -> ClaimedRow {
        try await upload(video)
        return try await claim()
    }

    /// An upload that has become what people can play.
    @discardableResult
    func ready(_ video: NewVideo = .sample(), result: CompleteRequest = .sample) async throws -> VideoID {
        let row = try await running(video)
        _ = try await catalog.jobs.complete(row.jobID, tokenHash: [1], result)
        try await catalog.jobs.publish(row.jobID)
        return row.videoID
    }

    func detail(_ id: VideoID) async throws -> AdminVideo {
        guard let video = try await catalog.videos.admin(id) else { throw FixtureError.noVideo }
        return video
    }

    func jobState(_ job: JobID) async throws -> JobState? {
        try await pool.query("SELECT state FROM transcoding_jobs WHERE id = \(job.rawValue)").first?
            .decode("state", as: String.self).asJobState
    }

    func endLease(of job: JobID) async throws {
        try await pool.execute(
            "UPDATE transcoding_jobs SET lease_until = now() - interval '1 second' WHERE id = \(job.rawValue)"
        )
    }

    func makeDue(_ job: JobID) async throws {
        try await pool.execute("UPDATE transcoding_jobs SET not_before = now() WHERE id = \(job.rawValue)")
    }

    /// Seconds until the job may be claimed.
    func secondsToWait(_ job: JobID) async throws -> Double {
        let row = try await pool.query(
            """
            SELECT extract(epoch FROM not_before - now())::double precision AS wait
            FROM transcoding_jobs WHERE id = \(job.rawValue)
            """
        ).first
        return try row?.decode("wait") ?? .nan
    }

    func count(_ query: SQLQuery) async throws -> Int {
        try await pool.query(query).first?.decode("count") ?? 0
    }
}

enum FixtureError: Error {
    case nothingToClaim, noVideo
    /// Thrown by a `place` that cannot put its file.
    case diskFull
}

extension String {
    fileprivate var asJobState: JobState? { JobState(rawValue: self) }
}

extension NewVideo {
    static func sample(
        title: String = "Clip",
        description: String = "",
        category: CategoryID? = nil,
        published: Bool = true,
        priority: JobPriority = .normal
    ) -> NewVideo {
        NewVideo(
            title: title,
            description: description,
            categoryID: category,
            published: published,
            source: SourceBody(
                filename: "clip.mov",
                bytes: 1000,
                width: 1920,
                height: 1080,
                duration: 9.5,
                videoCodec: "h264",
                audioCodec: nil
            ),
            sourceExtension: "mov",
            sourceETag: "\"e1\"",
            priority: priority
        )
    }
}

extension WorkerCapabilities {
    static let sample = WorkerCapabilities(
        version: "0.1.0",
        codecs: ["h264"],
        accelerators: ["cpu"],
        freeBytes: 1 << 30
    )
}

extension RenditionBody {
    static func sample(_ lines: Int) -> RenditionBody {
        RenditionBody(
            quality: Quality(lines: lines),
            width: lines * 16 / 9,
            height: lines,
            frameRate: 29.97,
            bandwidth: lines * 5000,
            averageBandwidth: lines * 4000,
            codecs: "avc1.640028,mp4a.40.2"
        )
    }
}

extension OutputFileBody {
    static func sample(_ path: String, sha256: String = "ab") throws -> OutputFileBody {
        guard let path = OutputPath(rawValue: path) else { throw FixtureError.noVideo }
        return OutputFileBody(path: path, bytes: 10, sha256: sha256)
    }
}

extension CompleteRequest {
    static let sample = CompleteRequest(
        duration: 9.5,
        renditions: [.sample(1080), .sample(720)],
        files: ["thumbnail.jpg", "master.m3u8", "manifest.mpd"].compactMap { try? .sample($0) }
    )
}

extension FailRequest {
    static func sample(_ code: FailureCode, log: String = "frame= 1") -> FailRequest {
        FailRequest(code: code, message: "It failed with \(code).", logTail: log)
    }
}

extension Slug {
    /// A slug that a test spells out; `video` if it is none.
    static func named(_ text: String) -> Slug { Slug(rawValue: text) ?? Slug(title: "") }
}

/// The code of the `CatalogError` that `body` throws; nil when it throws none.
func refusal(of body: () async throws -> Void) async throws -> CatalogError.Code? {
    do {
        try await body()
        return nil
    } catch let error as CatalogError {
        return error.code
    }
}

extension EncodedBody {
    func decoded() throws -> Body { try JSONCoding.decoder().decode(Body.self, from: Data(bytes)) }
}
