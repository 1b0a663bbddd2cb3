import Foundation
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// Files that cannot become a video: each ends as bad input with a sentence for the uploader.
@Suite(.serialized) struct BadSourceTests {
    private func message(of source: FilePath, sink: ClosureSink = ClosureSink()) async throws -> String? {
        try await withTemporaryDirectory { directory in
            let error = await #expect(throws: TranscodeError.self) {
                try await transcode(source, scratch: directory, sink: sink)
            }
            #expect(error?.code == .badInput)
            let leftovers = try FileManager.default.contentsOfDirectory(atPath: directory.string)
            #expect(leftovers.isEmpty)
            return error?.message
        }
    }

    private func message(ofFile bytes: Data) async throws -> String? {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("upload.mp4")
            try bytes.write(to: URL(filePath: path.string))
            let sink = ClosureSink()
            let message = try await message(of: path, sink: sink)
            #expect(!sink.paths.contains { $0.rawValue == "manifest.mpd" })
            return message
        }
    }

    private func bytes(of clip: TestMedia) async throws -> Data {
        try Data(contentsOf: URL(filePath: try await clip.file().string))
    }

    @Test func aCutOffUploadSaysWhere() async throws {
        let whole = try await bytes(of: .long)
        let message = try #require(try await message(ofFile: whole.prefix(whole.count / 5)))
        #expect(message.hasPrefix("The upload is cut off at 0:0"))
        #expect(message.contains("of 0:30"))
    }

    @Test func aCutOffUploadWithItsIndexAtTheEndIsIncomplete() async throws {
        let whole = try await bytes(of: .silent)
        #expect(try await message(ofFile: whole.prefix(whole.count / 2))?.contains("incomplete") == true)
    }

    @Test func noiseIsNotAVideo() async throws {
        var generator = SystemRandomNumberGenerator()
        let noise = Data([0x01] + (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        #expect(try await message(ofFile: noise) == "This file is not a video.")
    }

    @Test func anEmptyFileIsCalledEmpty() async throws {
        #expect(try await message(ofFile: Data()) == "The file is empty.")
    }

    @Test func noiseBehindAVideosFirstBytesIsDamaged() async throws {
        let head = Data([0, 0, 0, 0x20] + Array("ftypisom".utf8))
        let noise = Data((0..<50_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
        #expect(try await message(ofFile: head + noise)?.contains("damaged") == true)
    }

    @Test func soundAloneIsSaidToHaveNoPicture() async throws {
        for clip in [TestMedia.soundOnly, .soundWithCover] {
            #expect(try await message(of: clip.file()) == "This file has sound but no picture.")
        }
    }

    @Test func aPlaylistNamedMP4OpensNothingThatItNames() async throws {
        let secret = try await TestMedia.plain.file()
        let playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://\(secret.string)\n#EXT-X-ENDLIST\n"
        #expect(try await message(ofFile: Data(playlist.utf8))?.contains("playlist") == true)
    }

    /// The first bytes pass for AVI, so that ffprobe sees the rest: the forced demuxer must not follow it.
    @Test func aPlaylistBehindAnotherHeadOpensNothingEither() async throws {
        let secret = try await TestMedia.plain.file()
        let head = Array("RIFF\u{0}\u{1}\u{0}\u{0}AVI ".utf8)
        let playlist = "\n#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://\(secret.string)\n#EXT-X-ENDLIST\n"
        let message = try await message(ofFile: Data(head) + Data(playlist.utf8))
        #expect(message == "This file has no picture that can be read.")
    }

    @Test func damageInTheMiddleIsNoReasonToFail() async throws {
        var bytes = try await bytes(of: .plain)
        for offset in stride(from: bytes.count / 2, to: bytes.count / 2 + 4_000, by: 20) { bytes[offset] ^= 0xFF }
        try await withTemporaryDirectory { directory in
            let path = directory.appending("scratched.mp4")
            try bytes.write(to: URL(filePath: path.string))
            try await withTranscoded(path) { video in
                #expect(abs(video.result.duration - 4) < 0.03)
            }
        }
    }
}
