import Foundation
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct AlertLimiterTests {
    private let start = ContinuousClock.now

    @Test func theFirstOfEachKindGoesAtOnce() {
        var limiter = AlertLimiter(interval: .seconds(300))
        #expect(limiter.admit(alert(.failed, 1), at: start)?.count == 1)
        #expect(limiter.admit(alert(.stale, 2), at: start)?.count == 1)
        #expect(limiter.nextDue == nil)
    }

    @Test func thoseThatFollowAreOneAtTheEndOfTheInterval() throws {
        var limiter = AlertLimiter(interval: .seconds(300))
        _ = limiter.admit(alert(.failed, 1), at: start)
        for job in 2...1000 {
            #expect(limiter.admit(alert(.failed, Int64(job)), at: start + .seconds(job % 299)) == nil)
        }
        #expect(limiter.due(at: start + .seconds(299)) == [])
        #expect(limiter.nextDue == start + .seconds(300))
        let due = limiter.due(at: start + .seconds(300))
        #expect(due.map(\.count) == [999])
        #expect(due.first?.jobID == JobID(rawValue: 1000), "the latest one is told")
        // And the next interval begins with it.
        #expect(limiter.admit(alert(.failed, 1001), at: start + .seconds(301)) == nil)
        #expect(limiter.due(at: start + .seconds(600)).map(\.count) == [1])
    }

    @Test func afterAQuietIntervalTheNextGoesAtOnce() {
        var limiter = AlertLimiter(interval: .seconds(300))
        _ = limiter.admit(alert(.failed, 1), at: start)
        #expect(limiter.due(at: start + .seconds(300)) == [])
        #expect(limiter.admit(alert(.failed, 2), at: start + .seconds(301))?.count == 1)
    }

    @Test func whatWasKeptIsCountedWithOneThatComesWhenItIsDue() {
        var limiter = AlertLimiter(interval: .seconds(300))
        _ = limiter.admit(alert(.failed, 1), at: start)
        _ = limiter.admit(alert(.failed, 2), at: start)
        #expect(limiter.admit(alert(.failed, 3), at: start + .seconds(300))?.count == 2)
        #expect(limiter.due(at: start + .seconds(600)) == [])
    }

    private func alert(_ event: Alert.Kind, _ job: Int64) -> Alert {
        Alert(
            event: event,
            text: "\(job)",
            videoID: VideoID(rawValue: job),
            jobID: JobID(rawValue: job),
            attempt: 1,
            worker: nil,
            errorCode: nil,
            error: nil,
            time: Date(timeIntervalSince1970: 0)
        )
    }
}
