import Catalog
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct JobFencingTests {
    /// Everything that a runner may ask about its job.
    enum Call: String, CaseIterable, Sendable {
        case renew, report, recordFile, files, authorize, complete, fail, release

        func send(_ job: JobID, _ token: [UInt8], to jobs: JobQueries) async throws {
            let lease = Duration.seconds(60)
            switch self {
            case .renew: _ = try await jobs.renew(job, tokenHash: token, lease: lease)
            case .report:
                let report = ProgressReport(stage: .encoding, percent: 1, qualities: [])
                _ = try await jobs.report(job, tokenHash: token, report, lease: lease)
            case .recordFile:
                _ = try await jobs.recordFile(job, tokenHash: token, .sample("master.m3u8"), lease: lease) {}
            case .files: _ = try await jobs.files(job, tokenHash: token)
            case .authorize: _ = try await jobs.authorize(job, tokenHash: token)
            case .complete: _ = try await jobs.complete(job, tokenHash: token, .sample)
            case .fail: try await jobs.fail(job, tokenHash: token, .sample(.badInput))
            case .release: try await jobs.release(job, tokenHash: token)
            }
        }
    }

    @Test(arguments: Call.allCases)
    func theHolderOfTheLeaseIsServed(call: Call) async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            #expect(try await refusal { try await call.send(row.jobID, [1], to: fixture.catalog.jobs) } == nil)
        }
    }

    @Test(arguments: Call.allCases)
    func whoDoesNotHoldTheLeaseIsRefusedAndChangesNothing(call: Call) async throws {
        try await CatalogFixture.with { fixture in
            let jobs = fixture.catalog.jobs
            // Another job's token.
            let row = try await fixture.running()
            try await fixture.upload()
            let other = try await fixture.claim(token: [9])
            #expect(try await refusal { try await call.send(row.jobID, [9], to: jobs) } == .leaseLost)
            #expect(try await refusal { try await call.send(other.jobID, [], to: jobs) } == .leaseLost)
            // A lease that has ended, before and after the sweep saw it.
            try await fixture.endLease(of: row.jobID)
            #expect(try await refusal { try await call.send(row.jobID, [1], to: jobs) } == .leaseLost)
            #expect(try await fixture.jobState(row.jobID) == .running)
            #expect(try await jobs.expireLeases() == [row.jobID])
            #expect(try await refusal { try await call.send(row.jobID, [1], to: jobs) } == .leaseLost)
            // The token of the attempt before.
            let next = try await fixture.claim(token: [2])
            #expect(next.jobID == row.jobID)
            #expect(try await refusal { try await call.send(row.jobID, [1], to: jobs) } == .leaseLost)
            #expect(try await fixture.jobState(row.jobID) == .running)
            #expect(try await fixture.jobState(other.jobID) == .running)
            #expect(try await jobs.files(row.jobID, tokenHash: [2]).isEmpty)
        }
    }

    @Test(arguments: Call.allCases)
    func theJobOfADeletedVideoIsGone(call: Call) async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            _ = try await fixture.catalog.videos.softDelete(row.videoID)
            let jobs = fixture.catalog.jobs
            #expect(try await refusal { try await call.send(row.jobID, [1], to: jobs) } == .jobGone)
            #expect(try await refusal { try await call.send(JobID(rawValue: 999), [1], to: jobs) } == .jobGone)
            #expect(try await fixture.jobState(row.jobID) == .cancelled)
        }
    }

    @Test(arguments: [Call.renew, .report, .recordFile])
    func aSignOfLifeExtendsTheLease(call: Call) async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            try await fixture.pool.execute("UPDATE transcoding_jobs SET lease_until = now() + interval '5 seconds'")
            try await call.send(row.jobID, [1], to: fixture.catalog.jobs)
            let lasts = try await fixture.count(
                "SELECT count(*) FROM transcoding_jobs WHERE lease_until > now() + interval '50 seconds'"
            )
            #expect(lasts == 1)
        }
    }
}
