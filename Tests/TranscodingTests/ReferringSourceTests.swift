import Foundation
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// Files that name others. What is uploaded may read nothing of the machine and call nobody, whatever it pretends to be.
@Suite(.serialized) struct ReferringSourceTests {
    @Test(arguments: Lure.all) func nothingThatAFileNamesIsOpened(lure: Lure) async throws {
        try await withTemporaryDirectory { directory in
            let trap = try await trap(in: directory)
            let source = directory.appending("upload.mp4")
            let bytes = try lure.bytes(trap.folder.appending("victim.mp4"), "127.0.0.1:\(trap.port)")
            _ = trap.wasOpened
            try bytes.write(to: URL(filePath: source.string))

            let sink = ClosureSink()
            let error = await #expect(throws: TranscodeError.self) {
                try await transcode(source, scratch: directory.appending("scratch"), sink: sink)
            }
            #expect(error?.code == .badInput)
            #expect(error?.message.hasSuffix(".") == true)
            #expect(error?.message.contains(directory.string) == false)
            #expect(!sink.paths.contains { $0.rawValue == "manifest.mpd" })
            #expect(!trap.wasOpened)
            #expect(!trap.wasCalled)
        }
    }

    /// The trap closes: ffprobe without our options follows a playlist into it.
    @Test func theTrapNoticesWhoFollows() async throws {
        try await withTemporaryDirectory { directory in
            let trap = try await trap(in: directory)
            let source = directory.appending("playlist.m3u8")
            let victim = trap.folder.appending("victim.mp4")
            let text = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://\(victim)\n#EXT-X-ENDLIST\n"
            try Data(text.utf8).write(to: URL(filePath: source.string))
            #expect(!trap.wasOpened)
            let ffprobe = try MediaTools.locate().ffprobe
            _ = try await ToolProcess(ffprobe, ["-v", "quiet", "-allowed_extensions", "ALL", "-i", source.string]).run()
            #expect(trap.wasOpened)
        }
    }

    private func trap(in directory: FilePath) async throws -> Trap {
        let folder = directory.appending("trap")
        for name in ["trap", "scratch"] {
            try FileManager.default.createDirectory(
                atPath: directory.appending(name).string,
                withIntermediateDirectories: true
            )
        }
        // A film whose index is at its end, so that the index can grow without moving the rest.
        try FileManager.default.copyItem(
            atPath: try await TestMedia.silent.file().string,
            toPath: folder.appending("victim.mp4").string
        )
        return try Trap(folder: folder)
    }
}
