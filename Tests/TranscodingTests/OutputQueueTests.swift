import Testing
import VLogCore

@testable import Transcoding

/// In which order files go out.
@Suite struct OutputQueueTests {
    private func path(_ text: String) throws -> OutputPath { try #require(OutputPath(rawValue: text)) }

    private func queue(_ paths: String...) throws -> OutputQueue {
        var queue = OutputQueue()
        for text in paths { queue.add(try path(text), [1]) }
        return queue
    }

    private func takeAll(_ queue: inout OutputQueue) -> [OutputQueue.File] {
        var files: [OutputQueue.File] = []
        while let file = queue.next() { files.append(file) }
        return files
    }

    @Test func aPlaylistWaitsForTheSegmentsOfItsFolderOnly() throws {
        var queue = try queue("a/segment_0.m4s", "b/segment_0.m4s", "a/stream.m3u8", "master.m3u8")
        let first = takeAll(&queue)
        #expect(first.map(\.path.rawValue) == ["a/segment_0.m4s", "b/segment_0.m4s"])
        queue.didSend(first[0])
        let second = takeAll(&queue)
        #expect(second.map(\.path.rawValue) == ["a/stream.m3u8"])
        queue.didSend(second[0])
        #expect(takeAll(&queue).isEmpty)
        queue.didSend(first[1])
        #expect(takeAll(&queue).map(\.path.rawValue) == ["master.m3u8"])
    }

    @Test func ofAPlaylistThatIsWrittenAgainTheOldestAndTheNewestAreSent() throws {
        var queue = try queue("a/segment_0.m4s")
        for content in UInt8(1)...4 { queue.add(try path("a/stream.m3u8"), [content]) }
        var sent: [[UInt8]] = []
        while let file = queue.next() {
            sent.append(file.bytes)
            queue.didSend(file)
        }
        #expect(sent == [[1], [1], [4]])
        #expect(queue.isEmpty)
    }

    @Test func atMostFourFilesAreUnderWay() throws {
        var queue = try queue("a/0.m4s", "a/1.m4s", "a/2.m4s", "a/3.m4s", "a/4.m4s")
        #expect(takeAll(&queue).count == 4)
    }

    @Test func itIsFullByBytesUntilTheyWereSent() throws {
        var queue = OutputQueue()
        queue.add(try path("a/0.m4s"), [UInt8](repeating: 0, count: OutputQueue.byteLimit))
        let next = queue.next()
        let file = try #require(next)
        #expect(queue.isFull)
        queue.didSend(file)
        #expect(!queue.isFull)
    }
}
