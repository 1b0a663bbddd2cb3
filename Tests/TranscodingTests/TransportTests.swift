import Foundation
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// HLS of the old kind, as other readers see it.
@Suite(.serialized) struct TransportTests {
    private static let profile = TranscodeProfile(
        qualities: [360, 180].map(Quality.init(lines:)),
        codecs: [.h264, .hevc],
        format: .transportStream,
        segmentSeconds: 2,
        gopSeconds: 1
    )

    @Test func picturesAndSoundAreInSegmentsThatDecodeAlone() async throws {
        try await withTranscoded(TestMedia.plain.file(), profile: Self.profile) { video in
            for (name, width) in [("360p", 640), ("180p", 320)] {
                let track = try await video.track(name)
                #expect(track.codec == "h264" && track.width == width && track.frames == "120")
                #expect(try video.seconds(name) == 4)
            }
            let master = try video.text("master.m3u8")
            #expect(master.contains(#/CODECS="avc1\.64[0-9a-f]{4},mp4a\.40\.2",RESOLUTION=640x360,FRAME-RATE=30\.000/#))
            #expect(!master.contains("TYPE=AUDIO") && !master.contains("hvc1"))
            #expect(!video.result.files.contains { $0.kind == .segment || $0.kind == .dashManifest })
            for number in 0...1 {
                let path = video.folder.appending("360p/segment_\(number).ts")
                let tools = try MediaTools.locate()
                let decode = ["-v", "warning", "-xerror", "-i", path.string, "-f", "null", "-"]
                let outcome = try await ToolProcess(tools.ffmpeg, decode).run()
                #expect(outcome.log.text == "")
                let times = [
                    "-v", "error", "-show_entries", "stream=codec_type,start_time,nb_read_frames", "-count_frames",
                ]
                let probed = try await ToolProcess(tools.ffprobe, times + ["-of", "csv=p=0", path.string]).outputText()
                #expect(probed.contains("video,\(number == 0 ? "1" : "3").000000,60"))
                #expect(probed.contains("audio,"))
            }
        }
    }

    @Test func keyFramesAreRangesThatDecodeAlone() async throws {
        try await withTranscoded(TestMedia.plain.file(), profile: Self.profile) { video in
            let playlist = try video.text("180p/iframes.m3u8")
            let ranges = playlist.matches(of: /BYTERANGE:([0-9]+)@([0-9]+)\n(segment_[0-9]\.ts)/)
            #expect(ranges.count == 4)
            for range in ranges {
                let segment = try Data(contentsOf: URL(filePath: video.folder.appending("180p/\(range.3)").string))
                let (length, offset) = (try #require(Int(range.1)), try #require(Int(range.2)))
                let file = video.folder.appending("key.ts")
                try segment[offset..<(offset + length)].write(to: URL(filePath: file.string))
                let count = [
                    "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-select_streams", "v",
                    "-of", "csv=p=0", file.string,
                ]
                let frames = try await ToolProcess(MediaTools.locate().ffprobe, count).outputText()
                #expect(frames.hasPrefix("1"))
            }
        }
    }

    @Test func flashAndBeepStayTogether() async throws {
        try await withTranscoded(TestMedia.flashAndBeep.file(), profile: Self.profile) { video in
            let playlist = video.folder.appending("180p/stream.m3u8").string
            let tools = try MediaTools.locate()
            let times = try await ToolProcess(
                tools.ffmpeg,
                ["-v", "info", "-nostdin", "-copyts", "-i", playlist, "-vn", "-af", "silencedetect=noise=-20dB:d=0.1"]
                    + ["-f", "null", "-"]
            ).run().log.text
            let end = try #require(times.firstMatch(of: /silence_end: ([0-9.]+)/).flatMap { Double($0.1) })
            #expect(abs(end - 3) < 0.02)
            let dark = try await ToolProcess(
                tools.ffmpeg,
                [
                    "-v", "info", "-nostdin", "-copyts", "-i", playlist, "-an", "-vf", "blackdetect=d=0.1", "-f",
                    "null", "-",
                ]
            ).run().log.text
            let flash = try #require(dark.firstMatch(of: /black_end:([0-9.]+)/).flatMap { Double($0.1) })
            #expect(abs(flash - 3) < 0.001)
        }
    }

    @Test func textsCountFromTheClockOfThePicture() async throws {
        let profile = TranscodeProfile(qualities: [Quality(lines: 360)], format: .transportStream)
        try await withTranscoded(TestMedia.film.file(), profile: profile) { video in
            let text = try video.text("subtitles/subtitles.vtt")
            #expect(text.contains("X-TIMESTAMP-MAP=MPEGTS:90000,"))
        }
    }
}
