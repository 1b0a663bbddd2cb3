import Foundation
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

@Suite(.serialized) struct PriorityTests {
    /// Field 41 of `/proc/PID/task/TID/stat` is the policy; anything but 0 starves the server beside it.
    @Test func noThreadOfAnEncoderIsScheduledAheadOfTheServer() async throws {
        try await withTemporaryDirectory { directory in
            let policies = Policies()
            let profile = TranscodeProfile(qualities: [Quality(lines: 360)], codecs: [.av1], sprites: nil)
            _ = try await transcode(
                TestMedia.long.file(),
                scratch: directory,
                sink: ClosureSink { _ in await policies.look(below: directory) },
                profile: profile
            )
            let seen = await policies.seen
            #expect(seen == ["0"])
        }
    }
}

private actor Policies {
    private(set) var seen: Set<String> = []

    /// Of all threads of the programs that were started with the folder on their command line.
    func look(below folder: FilePath) {
        let files = FileManager.default
        for process in (try? processes(naming: folder)) ?? [] {
            for thread in (try? files.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? [] {
                let stat = try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/stat", encoding: .utf8)
                let fields = stat?.split(separator: ")").last?.split(separator: " ") ?? []
                if fields.count > 38 { seen.insert(String(fields[38])) }
            }
        }
    }
}
