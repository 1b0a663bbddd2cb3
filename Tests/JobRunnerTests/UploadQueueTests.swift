import Testing
import VLogCore

@testable import JobRunner

@Suite(.timeLimit(.minutes(2))) struct UploadQueueTests {
    @Test func aPlaylistWaitsForTheSegmentsBeforeIt() throws {
        var queue = UploadQueue(memory: 1000)
        try offer("360p/segment_0.m4s", to: &queue)
        try offer("360p/stream.m3u8", to: &queue)
        try offer("360p/segment_1.m4s", to: &queue)
        let first = try taken(&queue)
        let second = try taken(&queue)
        #expect([first, second].map(\.path.rawValue) == ["360p/segment_0.m4s", "360p/segment_1.m4s"])
        #expect(queue.take() == nil)
        queue.sent(first)
        #expect(queue.take()?.path.rawValue == "360p/stream.m3u8")
    }

    @Test func aManifestWaitsForEverythingBeforeIt() throws {
        var queue = UploadQueue(memory: 1000)
        try offer("360p/stream.m3u8", to: &queue)
        try offer("master.m3u8", to: &queue)
        let playlist = try taken(&queue)
        #expect(queue.take() == nil)
        queue.sent(playlist)
        #expect(queue.take()?.path.rawValue == "master.m3u8")
    }

    @Test func onlyTheNewestOfAPlaylistIsSent() throws {
        var queue = UploadQueue(memory: 1000)
        for size in [10, 20, 30] { try offer("360p/stream.m3u8", size: size, to: &queue) }
        #expect(queue.take()?.content.count == 30)
        #expect(queue.take() == nil)
    }

    @Test func aPathIsNeverOnItsWayTwice() throws {
        var queue = UploadQueue(memory: 1000)
        try offer("360p/stream.m3u8", size: 10, to: &queue)
        let older = try taken(&queue)
        try offer("360p/stream.m3u8", size: 20, to: &queue)
        #expect(queue.take() == nil)
        queue.sent(older)
        #expect(queue.take()?.content.count == 20)
    }

    @Test func memoryIsBoundedButALargeFileGoesAlone() throws {
        var queue = UploadQueue(memory: 100)
        try offer("360p/segment_0.m4s", size: 500, to: &queue)
        #expect(try !takes("360p/segment_1.m4s", size: 60, &queue))
        queue.sent(try taken(&queue))
        #expect(try takes("360p/segment_1.m4s", size: 60, &queue))
        #expect(try !takes("360p/segment_2.m4s", size: 60, &queue))
    }

    @Test func isDoneWhenClosedAndEmpty() throws {
        var queue = UploadQueue(memory: 100)
        try offer("360p/segment_0.m4s", to: &queue)
        queue.close()
        let item = try taken(&queue)
        #expect(!queue.isDone)
        queue.sent(item)
        #expect(queue.isDone)
    }

    private func taken(_ queue: inout UploadQueue) throws -> UploadQueue.Item {
        let item = queue.take()
        return try #require(item)
    }

    private func offer(_ path: String, size: Int = 10, to queue: inout UploadQueue) throws {
        let isTaken = try takes(path, size: size, &queue)
        #expect(isTaken)
    }

    private func takes(_ path: String, size: Int, _ queue: inout UploadQueue) throws -> Bool {
        let content = [UInt8](repeating: 0, count: size)
        return queue.offer(try Fixture.path(path), content, digest: ContentDigest(of: content))
    }
}
