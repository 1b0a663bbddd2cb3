import Catalog
import Foundation
import Postgres
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(1))) struct CensusTests {
    @Test func theQueueIsCountedByPriorityAndByWhatItWaitsFor() async throws {
        try await CatalogFixture.with { fixture in
            let jobs = fixture.catalog.jobs
            let first = try await fixture.upload()
            try await fixture.upload()
            try await fixture.pool.execute("UPDATE transcoding_jobs SET priority = 2 WHERE video_id = \(first)")
            try await fixture.pool.execute(
                """
                UPDATE transcoding_jobs SET created_at = now() - interval '90 seconds', not_before = now() - interval '90 seconds'
                WHERE video_id = \(first)
                """
            )
            var census = try await jobs.census()
            #expect(census.queued == [.init(.high, .noRunner): 1, .init(.normal, .noRunner): 1])
            #expect((90..<100).contains(try #require(census.longestWait[.high])))
            #expect((0..<10).contains(try #require(census.longestWait[.normal])))

            let worker = try await fixture.worker()
            #expect(try await jobs.census().queued == [.init(.high, .inQueue): 1, .init(.normal, .inQueue): 1])
            #expect(try await jobs.census().workers == [.online: 1])

            try await fixture.pool.execute(
                "UPDATE transcoding_jobs SET not_before = now() + interval '1 hour' WHERE video_id = \(first)"
            )
            census = try await jobs.census()
            #expect(census.queued == [.init(.high, .retryLater): 1, .init(.normal, .inQueue): 1])
            #expect(census.longestWait[.high] == 0)

            try await fixture.pool.execute("UPDATE videos SET source_bytes = 1::bigint << 60 WHERE id = \(first)")
            #expect(try await jobs.census().queued[.init(.high, .noneAble)] == 1)

            _ = try await fixture.catalog.workers.setDraining(worker, true)
            #expect(try await jobs.census().queued == [.init(.high, .noneTaking): 1, .init(.normal, .noneTaking): 1])
            #expect(try await jobs.census().workers == [.draining: 1])
        }
    }

    @Test func whatRunsAndWhatIsPublishedIsCountedAndWhatIsDeletedIsNot() async throws {
        try await CatalogFixture.with { fixture in
            _ = try await fixture.running()
            let ready = try await fixture.ready()
            let deleted = try await fixture.upload()
            try await fixture.pool.execute("UPDATE videos SET deleted_at = now() WHERE id = \(deleted)")
            let census = try await fixture.catalog.jobs.census()
            #expect(census.jobs == [.running: 1, .finalising: 0])
            #expect(census.queued.isEmpty)
            #expect(try await fixture.catalog.videos.census() == [.processing: 1, .ready: 1])
            _ = try await fixture.catalog.videos.softDelete(ready)
            #expect(try await fixture.catalog.videos.census() == [.processing: 1])
        }
    }
}
