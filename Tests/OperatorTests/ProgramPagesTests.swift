import Foundation
import Testing

@testable import Operator

struct ProgramPagesTests {
    @Test func onlyUnchangedPagesOfFilesAreLetGo() {
        let smaps = """
            00400000-00500000 r-xp 00000000 08:01 11 /usr/bin/vlog
            Rss:                 64 kB
            Private_Dirty:         0 kB
            Anonymous:             0 kB
            VmFlags: rd ex mr
            00500000-00510000 r--p 00100000 08:01 11 /usr/bin/vlog
            Private_Dirty:        60 kB
            Anonymous:            60 kB
            00510000-00520000 rw-p 00110000 08:01 11 /usr/bin/vlog
            Private_Dirty:         0 kB
            00600000-00700000 rw-p 00000000 00:00 0 [heap]
            Private_Dirty:         8 kB
            7f0000000000-7f0000001000 r--p 00000000 08:01 12 /usr/lib/libc.so.6
            Private_Dirty:         4 kB
            Anonymous:             0 kB
            7f0000001000-7f0000002000 r-xp 00000000 00:00 0 [vdso]
            7f0000002000-7f0000003000 ---p 00000000 08:01 12 /usr/lib/libc.so.6
            """
        #expect(ProgramPages.unchangedMappings(smaps) == [0x400000..<0x500000, 0x7f00_0000_0000..<0x7f00_0000_1000])
    }

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
