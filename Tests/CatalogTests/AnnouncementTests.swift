import Catalog
import Postgres
import TestSupport
import Testing
import VLogCore

@Suite(.timeLimit(.minutes(2))) struct AnnouncementTests {
    @Test func aJobIsAnnouncedWithItsIdAndPriorityAndOnce() async throws {
        try await CatalogFixture.with { fixture in
            let announcements = fixture.catalog.announcements
            let id = try await fixture.upload(.sample(priority: .high))
            let job = try #require(try await fixture.catalog.videos.progress([id]).first?.jobID)
            #expect(Set(announcements.take()) == [.video(id), .job(job, .high)])
            #expect(announcements.take().isEmpty)
            _ = try await fixture.claim()
            try await fixture.catalog.jobs.release(job, tokenHash: [1])
            // The claim, the end of the key that the runner had not, and the release; the video once.
            #expect(announcements.take().filter { $0 == .video(id) }.count == 1)
        }
    }

    @Test func whatIsClaimableAndWhatIsNotIsTold() async throws {
        try await CatalogFixture.with { fixture in
            let jobs = fixture.catalog.jobs
            let taken = try await fixture.running().jobID
            try await fixture.upload()
            let later = try await fixture.claim(token: [2]).jobID
            try await jobs.fail(later, tokenHash: [2], .sample(.timeout))
            let id = try await fixture.upload()
            let waiting = try #require(try await fixture.catalog.videos.progress([id]).first?.jobID)
            #expect(try await jobs.claimable(among: [taken, later, waiting]) == [waiting])
            _ = try await fixture.catalog.videos.softDelete(id)
            #expect(try await jobs.claimable(among: [waiting]).isEmpty)
        }
    }

    @Test func tooMuchBecomesLookAtEverything() async throws {
        try await CatalogFixture.with { fixture in
            let announcements = fixture.catalog.announcements
            for number in 1...Announcements.mostPending + 1 {
                announcements.post(.video(VideoID(rawValue: Int64(number))))
            }
            #expect(announcements.take() == [.everything])
        }
    }

    @Test func theEndOfAKeyIsToldByItsOwnTransaction() async throws {
        try await CatalogFixture.with { fixture in
            let worker = try await fixture.worker()
            let listener = PostgresListener(
                configuration: fixture.configuration,
                channels: Announcement.Channel.allCases.map(\.rawValue),
                logger: CatalogFixture.logger
            )
            let stream = listener.notifications()
            try await withThrowingTaskGroup { group in
                group.addTask { try await listener.run() }
                for await case .reconnected in stream { break }
                _ = try await fixture.catalog.workers.revokeKeys(worker)
                // Though nobody sends what is posted.
                for await case .notification(let channel, _) in stream {
                    #expect(channel == Announcement.Channel.workers.rawValue)
                    break
                }
                group.cancelAll()
            }
        }
    }
}
