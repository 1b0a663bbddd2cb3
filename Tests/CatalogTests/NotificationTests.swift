import Catalog
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct NotificationTests {
    /// Gives `body` the notifications from here on, from a listener that listens already.
    private func listening(
        _ fixture: CatalogFixture,
        _ body: (AsyncStream<PostgresNotification>) async throws -> Void
    ) async throws {
        let listener = PostgresListener(
            configuration: fixture.configuration,
            channels: [Announcement.Channel.jobs.rawValue, Announcement.Channel.events.rawValue],
            logger: CatalogFixture.logger
        )
        let stream = listener.notifications()
        try await withThrowingTaskGroup { group in
            group.addTask { try await listener.run() }
            // The first word of a listener is that things may have been missed before.
            for await case .reconnected in stream { break }
            // What the fixture did before is not what the test is about.
            _ = fixture.catalog.announcements.take()
            try await body(stream)
            group.cancelAll()
        }
    }

    /// What arrives until the mark, which is sent last and arrives last.
    private func received(
        _ fixture: CatalogFixture,
        _ stream: AsyncStream<PostgresNotification>
    ) async throws -> Set<String> {
        try await fixture.catalog.announcements.notify(fixture.catalog.announcements.take())
        try await fixture.pool.execute("SELECT pg_notify('vlog_events', 'mark')")
        var seen: Set<String> = []
        for await case .notification(let channel, let payload) in stream {
            if payload == "mark" { break }
            seen.insert(channel == Announcement.Channel.jobs.rawValue ? "job" : payload)
        }
        return seen
    }

    @Test func everyChangeIsHeardOf() async throws {
        try await CatalogFixture.with { fixture in
            try await listening(fixture) { stream in
                let (videos, jobs) = (fixture.catalog.videos, fixture.catalog.jobs)
                let worker = try await fixture.worker()
                let id = try await fixture.upload()
                let video = "\(id)"
                #expect(try await received(fixture, stream) == ["job", video])
                _ = try await videos.edit(id, VideoEdit(title: "New"))
                #expect(try await received(fixture, stream) == [video])
                var row = try await fixture.claim(worker: worker)
                #expect(try await received(fixture, stream) == [video])
                let report = ProgressReport(stage: .encoding, percent: 1, qualities: [])
                _ = try await jobs.report(row.jobID, tokenHash: [1], report, lease: .seconds(60))
                #expect(try await received(fixture, stream) == [video])
                try await jobs.fail(row.jobID, tokenHash: [1], .sample(.timeout))
                #expect(try await received(fixture, stream) == [video])
                _ = try await videos.retry(id)
                #expect(try await received(fixture, stream) == ["job", video])
                row = try await fixture.claim(worker: worker)
                try await jobs.release(row.jobID, tokenHash: [1])
                #expect(try await received(fixture, stream) == ["job", video])
                row = try await fixture.claim(worker: worker)
                try await fixture.endLease(of: row.jobID)
                try await jobs.expireLeases()
                #expect(try await received(fixture, stream) == ["job", video])
                _ = try await videos.softDelete(id)
                #expect(try await received(fixture, stream) == [video])
                _ = try await videos.restore(id)
                #expect(try await received(fixture, stream) == ["job", video])
                row = try await fixture.claim(worker: worker)
                _ = try await received(fixture, stream)
                _ = try await jobs.complete(row.jobID, tokenHash: [1], .sample)
                #expect(try await received(fixture, stream) == [video])
                try await jobs.publish(row.jobID)
                #expect(try await received(fixture, stream) == [video])
            }
        }
    }

    @Test func whatIsRolledBackIsNotHeardOf() async throws {
        try await CatalogFixture.with { fixture in
            try await listening(fixture) { stream in
                await #expect(throws: FixtureError.diskFull) {
                    try await fixture.catalog.videos.create(.sample()) { _ in throw FixtureError.diskFull }
                }
                let heard = try await received(fixture, stream)
                #expect(heard.isEmpty)
            }
        }
    }

    @Test func aRefusedCallIsNotHeardOf() async throws {
        try await CatalogFixture.with { fixture in
            let row = try await fixture.running()
            try await listening(fixture) { stream in
                let report = ProgressReport(stage: .encoding, percent: 1, qualities: [])
                _ = try await refusal {
                    _ = try await fixture.catalog.jobs.report(row.jobID, tokenHash: [7], report, lease: .seconds(60))
                }
                #expect(try await received(fixture, stream).isEmpty)
            }
        }
    }
}
