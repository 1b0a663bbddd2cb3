import NIOCore
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct ProgressWatchTests {
    private let first = VideoID(rawValue: 1), second = VideoID(rawValue: 2)

    @Test func everythingThatWasReadIsToldOnce() throws {
        let watch = ProgressWatch(ids: [second, first])
        watch.note(second, try event(second, 20))
        watch.note(first, try event(first, 10))
        #expect(percents(watch.take()) == [10, 20])
        #expect(percents(watch.take()) == [])
    }

    @Test func manyChangesOfOneVideoAreOne() throws {
        let watch = ProgressWatch(ids: [first])
        for percent in 1...1000 { watch.note(first, try event(first, Double(percent))) }
        #expect(percents(watch.take()) == [1000])
    }

    @Test func whatIsAsItWasToldIsNotToldAgain() throws {
        let watch = ProgressWatch(ids: [first])
        watch.note(first, try event(first, 10))
        _ = watch.take()
        watch.note(first, try event(first, 10))
        #expect(percents(watch.take()) == [])
        // There and back again before anybody looked.
        watch.note(first, try event(first, 11))
        watch.note(first, try event(first, 10))
        #expect(percents(watch.take()) == [])
    }

    @Test func whoComesBackIsToldNothingWhenNothingHasChanged() throws {
        let before = ProgressWatch(ids: [first, second])
        before.note(first, try event(first, 10))
        before.note(second, try event(second, 20))
        _ = before.take()
        before.note(second, try event(second, 30))
        let last = try #require(before.take().events.last)

        let after = ProgressWatch(ids: [first, second], lastEventID: try id(last))
        after.note(first, try event(first, 10))
        #expect(percents(after.take()) == [], "the other one may have changed: nothing can be told yet")
        after.note(second, try event(second, 30))
        #expect(percents(after.take()) == [])
        after.note(first, try event(first, 11))
        #expect(percents(after.take()) == [11])
    }

    @Test func whoComesBackIsToldAllWhenSomethingHasChanged() throws {
        let before = ProgressWatch(ids: [first, second])
        before.note(first, try event(first, 10))
        before.note(second, try event(second, 20))
        let last = try #require(before.take().events.last)

        let after = ProgressWatch(ids: [first, second], lastEventID: try id(last))
        after.note(first, try event(first, 10))
        after.note(second, try event(second, 21))
        #expect(percents(after.take()) == [10, 21])
    }

    @Test(arguments: ["", "0", "7", "not a number", "-1", "fffffffffffffffff"])
    func idsThatNobodyGaveLoseNothing(lastEventID: String) throws {
        let watch = ProgressWatch(ids: [first, second], lastEventID: lastEventID)
        watch.note(first, try event(first, 10))
        watch.note(second, nil)
        #expect(percents(watch.take()) == [10])
    }

    private func event(_ id: VideoID, _ percent: Double) throws -> ProgressEvent {
        try ProgressEvent(ProgressBody(videoID: id, status: .processing, jobState: .running, percent: percent))
    }

    private func percents(_ batch: ProgressWatch.Batch) -> [Double] {
        batch.events.compactMap { event in
            let text = String(buffer: event)
            guard let start = text.firstRange(of: "\"percent\":")?.upperBound else { return nil }
            return Double(text[start...].prefix { $0.isNumber || $0 == "." })
        }
    }

    private func id(_ event: ByteBuffer) throws -> String {
        let line = try #require(String(buffer: event).split(separator: "\n").first)
        try #require(line.hasPrefix("id: "))
        return String(line.dropFirst(4))
    }
}
