import Catalog
import Postgres
import Synchronization
import TestSupport
import Testing
import VLogCore

@testable import APIServer

/// Redis goes, and comes back, while runners work.
@Suite(.timeLimit(.minutes(3))) struct RedisOutageTests {
    private static let jobs = 200
    private static let runners = 8

    enum Outage: CaseIterable, Sendable {
        /// Gone at once, and all that it knew.
        case killed
        /// Its connections stay, and nothing comes over them.
        case silent
    }

    @Test(arguments: Outage.allCases)
    func noJobIsLostAndNoneWaitsLong(outage: Outage) async throws {
        try await TestRedis.with { redis in
            try await TwoServers.with(redis: (redis.url, redis.url)) { servers in
                for server in servers.all { await server.services.untilRedis(isUsed: true) }
                let claimed = Claimed(total: Self.jobs)
                try await withThrowingTaskGroup { group in
                    for number in 0..<Self.runners {
                        let server = servers.all[number % 2]
                        let worker = try await server.worker("runner \(number)")
                        group.addTask { try await server.work(as: worker, until: claimed) }
                    }
                    for number in 1...Self.jobs {
                        try await servers.all[number % 2].services.addVideo("Clip \(number)")
                        if number == Self.jobs / 3 {
                            switch outage {
                            case .killed: redis.kill()
                            case .silent: redis.pause()
                            }
                        }
                        // The rest comes when both know that it is gone, and then that it is back.
                        if number == Self.jobs / 2 {
                            for server in servers.all { await server.services.untilRedis(isUsed: false) }
                        }
                        if number == Self.jobs * 2 / 3 {
                            switch outage {
                            case .killed: try await redis.start()
                            case .silent: redis.goOn()
                            }
                            for server in servers.all { await server.services.untilRedis(isUsed: true) }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(claimed.jobs.count == Self.jobs)
                #expect(Set(claimed.jobs).count == Self.jobs)
                let row = try await servers.first.services.pool.query(
                    """
                    SELECT max(extract(epoch FROM started_at - created_at))::double precision AS longest
                    FROM transcoding_jobs WHERE state = 'failed' AND attempt = 1
                    """
                ).first
                let longest = try #require(try row?.decode("longest", as: Double?.self))
                #expect(longest < 10, "seconds between a job and its claim")
            }
        }
    }
}

/// What all runners together have claimed.
private final class Claimed: Sendable {
    private let total: Int
    private let state = Mutex<[JobID]>([])

    init(total: Int) { self.total = total }

    var jobs: [JobID] { state.withLock { $0 } }
    var isComplete: Bool { state.withLock { $0.count >= total } }

    func add(_ job: JobID) { state.withLock { $0.append(job) } }
}

extension RunningServer {
    fileprivate func worker(_ name: String) async throws -> WorkerID {
        let workers = services.catalog.workers
        let id = try await workers.register(name: name, keyPrefix: name, keyHash: "$argon2id$")
        try await workers.heartbeat(id, TestRunner.capabilities)
        return id
    }

    /// Claims and ends jobs, as runners do whose sources are all broken, until all of them have been claimed.
    fileprivate func work(as worker: WorkerID, until claimed: Claimed) async throws {
        let claims = JobClaims(services, leases: LeaseTerms(services))
        while !claimed.isComplete {
            guard let job = try await claims.claim(for: worker, wait: .seconds(1)) else { continue }
            claimed.add(job.jobID)
            try await services.catalog.jobs.fail(
                job.jobID,
                tokenHash: Secret.hash(job.leaseToken),
                FailRequest(code: .badInput, message: "No video.", logTail: "")
            )
        }
    }
}
