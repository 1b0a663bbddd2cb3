import Redis
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct StreamEntriesTests {
    private func bytes(_ text: String) -> RedisReply { .bytes(Array(text.utf8)) }

    private func entry(_ id: String, _ fields: String...) -> RedisReply {
        .array([bytes(id), .array(fields.map { bytes($0) })])
    }

    @Test func entriesOfSeveralStreamsAreRead() throws {
        let reply = RedisReply.array([
            .array([bytes("vlog:jobs:high"), .array([entry("1-0", "job", "7")])]),
            .array([bytes("vlog:jobs:low"), .array([entry("2-0", "job", "8"), entry("2-1", "job", "9")])]),
        ])
        let read = try StreamEntries.read(reply)
        #expect(read.map(\.entry.id) == ["1-0", "2-0", "2-1"])
        #expect(read.map(\.entry.priority) == [.high, .low, .low])
        #expect(read.map { $0.job?.rawValue } == [7, 8, 9])
        #expect(try StreamEntries.read(.null).isEmpty)
    }

    @Test func whatSomebodyElseWroteHasNoJob() throws {
        let strange = [
            entry("1-0", "job", "seven"), entry("1-1", "other", "7"), entry("1-2"), entry("1-3", "job"),
            .array([bytes("1-4"), .null]), .array([bytes("1-5"), .array([.bytes([0xFF]), .bytes([0xFF])])]),
        ]
        let read = try StreamEntries.takenOver(.array([bytes("0-0"), .array(strange + [.null])]), .normal)
        #expect(read.map(\.entry.id) == ["1-0", "1-1", "1-2", "1-3", "1-4", "1-5"])
        #expect(read.allSatisfy { $0.job == nil })
    }

    @Test(arguments: [
        RedisReply.integer(1), .array([.integer(1)]), .array([.array([.status("vlog:jobs:none"), .array([])])]),
        .array([.array([.status("vlog:jobs:low"), .null])]),
        .array([.array([.status("vlog:jobs:low"), .array([.integer(1)])])]),
    ])
    func whatIsNoAnswerIsRefused(reply: RedisReply) {
        #expect(throws: RedisError.self) { try StreamEntries.read(reply) }
    }
}
