import Catalog
import Foundation
import Postgres
import TestSupport
import Testing
import VLogCore

/// Many runners that die, pause and repeat themselves, over many jobs: whatever they do, each job is published once.
@Suite(.timeLimit(.minutes(2))) struct FleetTests {
    private static let jobs = 2_000
    private static let runners = 50
    private static let lease = Duration.milliseconds(400)

    @Test(.timeLimit(.minutes(5)), arguments: [UInt64(1)])
    func everyJobIsPublishedExactlyOnce(seed: UInt64) async throws {
        try await CatalogFixture.with { fixture in
            try await fixture.pool.execute(
                """
                INSERT INTO videos (slug, title, source_filename, source_extension, source_bytes, source_etag)
                SELECT 'v' || n, 'v', 'v.mp4', 'mp4', 1, 'e' FROM generate_series(1, \(Self.jobs)) n
                """
            )
            try await fixture.pool.execute(
                """
                INSERT INTO transcoding_jobs (video_id, profile, generation)
                SELECT id, \(PostgresJSON(TranscodeProfile())), 1 FROM videos
                """
            )
            let events = try await withThrowingTaskGroup(of: [Event].self) { group in
                for number in 0..<Self.runners {
                    let runner = SimulatedRunner(
                        worker: try await fixture.worker("runner \(number)"),
                        fixture: fixture,
                        lease: Self.lease,
                        random: SeededGenerator(seed: seed &* 1_000 &+ UInt64(number))
                    )
                    group.addTask { try await runner.run() }
                }
                // Two servers end leases and publish, as two always may.
                for _ in 0..<2 { group.addTask { try await fixture.serveUntilAllIsDone() } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            var published: [JobID: Int] = [:]
            var attempts: [JobID: Set<[UInt8]>] = [:]
            for event in events {
                switch event {
                case .published(let job): published[job, default: 0] += 1
                case .accepted(let job, let token): attempts[job, default: []].insert(token)
                }
            }
            #expect(published.count == Self.jobs)
            #expect(published.values.allSatisfy { $0 == 1 })
            // Of all attempts of a job, one was told that its result was taken.
            #expect(attempts.count == Self.jobs)
            #expect(attempts.values.allSatisfy { $0.count == 1 })
            #expect(try await fixture.count("SELECT count(*) FROM videos WHERE status = 'ready'") == Self.jobs)
            #expect(try await fixture.count("SELECT count(*) FROM transcoding_jobs WHERE attempt > 1") > 100)
        }
    }
}

extension CatalogFixture {
    /// What a server does by itself; returns the jobs that it published.
    fileprivate func serveUntilAllIsDone() async throws -> [Event] {
        var published: [Event] = []
        while try await unfinished() > 0 {
            try await catalog.jobs.expireLeases()
            for job in try await catalog.jobs.finalising() where try await catalog.jobs.publish(job.jobID) {
                published.append(.published(job.jobID))
            }
        }
        return published
    }

    fileprivate func unfinished() async throws -> Int {
        try await count("SELECT count(*) FROM transcoding_jobs WHERE state NOT IN ('completed', 'failed', 'cancelled')")
    }
}

private enum Event: Sendable {
    /// By a server.
    case published(JobID)
    /// From the attempt with this token.
    case accepted(JobID, token: [UInt8])
}

/// One runner and its fate. A call that is refused ends its attempt, as it does a real one's.
private struct SimulatedRunner {
    let worker: WorkerID
    let fixture: CatalogFixture
    let lease: Duration
    let random: SeededGenerator

    private var catalog: Catalog { fixture.catalog }

    /// What it was told that was taken.
    func run() async throws -> [Event] {
        var accepted: [Event] = []
        var random = random
        var token: UInt64 = 0
        while true {
            token += 1
            let secret = "\(worker.rawValue)-\(token)".utf8.map { $0 }
            guard let row = try await catalog.jobs.claim(worker: worker, tokenHash: secret, lease: lease) else {
                guard try await fixture.unfinished() > 0 else { return accepted }
                continue
            }
            do {
                if try await attempt(row.jobID, secret, &random) {
                    accepted.append(.accepted(row.jobID, token: secret))
                }
            } catch let error as CatalogError where [.leaseLost, .jobGone].contains(error.code) {
                continue
            }
        }
    }

    /// Whether its result was taken.
    private func attempt(_ job: JobID, _ token: [UInt8], _ random: inout SeededGenerator) async throws -> Bool {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<4:
            // Killed: says nothing more, and its lease runs out.
            return false
        case 4..<8:
            // Paused beyond its lease, it finishes as if nothing had been.
            try await Task.sleep(for: lease * 1.5)
        case 8..<12:
            try await catalog.jobs.release(job, tokenHash: token)
            return false
        case 12..<14:
            // Restarted in the middle: what it has is given up, and the old process goes on all the same.
            try await catalog.jobs.releaseAll(worker: worker)
        default:
            _ = try await catalog.jobs.renew(job, tokenHash: token, lease: lease)
        }
        for _ in 0..<(Int.random(in: 0..<10, using: &random) == 0 ? 3 : 1) {
            _ = try await catalog.jobs.complete(job, tokenHash: token, .sample)
        }
        return true
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same fates in every run of a seed.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
