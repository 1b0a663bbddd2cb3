import Testing
import VLogCore

@testable import APIServer

@Suite struct PendingEventsTests {
    private let ids = [VideoID(rawValue: 1), VideoID(rawValue: 2)]

    @Test func everythingAskedForIsPendingAtFirst() {
        let pending = PendingEvents(asked: ids)
        #expect(pending.take().changed == Set(ids))
        #expect(pending.take().changed.isEmpty)
    }

    @Test func manyChangesOfOneVideoAreOne() {
        let pending = PendingEvents(asked: ids)
        _ = pending.take()
        for _ in 0..<1000 { pending.note(.changed(ids[1])) }
        #expect(pending.take().changed == [ids[1]])
    }

    @Test func otherVideosDoNotCount() {
        let pending = PendingEvents(asked: ids)
        _ = pending.take()
        pending.note(.changed(VideoID(rawValue: 99)))
        #expect(pending.take().changed.isEmpty)
    }

    @Test func afterMissedEventsEverythingIsLookedAtAgain() {
        let pending = PendingEvents(asked: ids)
        _ = pending.take()
        pending.note(.resync)
        #expect(pending.take().changed == Set(ids))
    }

    @Test func whatCouldNotBeToldIsPendingAgain() {
        let pending = PendingEvents(asked: ids)
        pending.putBack(pending.take().changed)
        #expect(pending.take().changed == Set(ids))
    }
}
