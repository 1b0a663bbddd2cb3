import Foundation
import ProcessMemory
import Testing

struct ProgramPagesTests {
    /// A process that let go of what is not its to let go of would not get far.
    @Test func theProcessGoesOn() throws {
        let before = try residentFilePages()
        ProgramPages.release()
        let after = try residentFilePages()
        #expect(after < before)
        #expect([3, 1, 2].sorted().map { "\($0)" }.joined() == "123")
        #expect(try JSONDecoder().decode([String: Int].self, from: Data(#"{"a": 1}"#.utf8)) == ["a": 1])
    }

    /// In kB.
    private func residentFilePages() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(Int(line.split(separator: " ", omittingEmptySubsequences: true)[1]))
    }
}
