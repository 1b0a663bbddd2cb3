import Foundation
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// What people really upload: each becomes a good video.
@Suite(.serialized) struct NastySourceTests {
    struct Source: Sendable, CustomTestStringConvertible {
        let clip: TestMedia
        /// What the largest rung must be.
        let size: String
        let rate: String
        let frames: Int
        var hasSound = true
        let testDescription: String

        init(_ name: String, _ size: String, _ rate: String, _ frames: Int, sound: Bool = true, _ arguments: [String]) {
            clip = TestMedia(name, arguments)
            (self.size, self.rate, self.frames, hasSound) = (size, rate, frames, sound)
            testDescription = name
        }
    }

    private static let picture = TestMedia.picture(320, 180, seconds: 2)
    private static let sound = TestMedia.sound(seconds: 2)
    private static let plain = picture + sound + TestMedia.h264

    static let sources: [Source] = [
        Source("four-two-two.mov", "320x180", "30/1", 60, plain + ["-c:v", "prores_ks", "-c:a", "pcm_s16le"]),
        Source("ten-bits-four-two-two.mkv", "320x180", "30/1", 60, plain + ["-pix_fmt", "yuv422p10le", "-c:a", "aac"]),
        Source("four-four-four.mkv", "320x180", "30/1", 60, plain + ["-pix_fmt", "yuv444p", "-c:a", "aac"]),
        Source("hlg.mp4", "320x180", "30/1", 60, plain + TestMedia.aac + ["-color_trc", "arib-std-b67"]),
        Source(
            "anamorphic.mpg",
            "852x480",
            "25/1",
            50,
            TestMedia.picture(720, 480, rate: "25", seconds: 2) + sound + ["-vf", "setsar=32/27"]
        ),
        Source(
            "eight-k.mp4",
            "640x360",
            "1/1",
            2,
            sound: false,
            TestMedia.picture(7680, 4320, rate: "1", seconds: 2) + TestMedia.h264
        ),
        Source(
            "fast.mp4",
            "320x180",
            "60/1",
            120,
            TestMedia.picture(320, 180, rate: "120", seconds: 2) + sound + TestMedia.h264 + TestMedia.aac
        ),
        Source(
            "slow.mp4",
            "320x180",
            "1/1",
            12,
            sound: false,
            TestMedia.picture(320, 180, rate: "1", seconds: 12) + TestMedia.h264
        ),
        Source("blink.mp4", "320x180", "30/1", 9, plain + TestMedia.aac + ["-t", "0.3"]),
        Source("one-picture.mp4", "320x180", "30/1", 1, sound: false, picture + TestMedia.h264 + ["-frames:v", "1"]),
        Source(
            "hours.mp4",
            "160x90",
            "1/1",
            10_800,
            sound: false,
            ["-f", "lavfi", "-i", "color=navy:size=160x90:rate=1:duration=10800"] + TestMedia.h264
        ),
        Source(
            "gap.mkv",
            "320x180",
            "30/1",
            120,
            TestMedia.picture(320, 180, seconds: 4) + TestMedia.sound(seconds: 4) + [
                "-vf", "select='lt(t,1)+gt(t,3)'", "-fps_mode", "vfr",
            ] + TestMedia.h264 + TestMedia.aac
        ),
        Source("index-at-the-end.mp4", "320x180", "30/1", 60, plain + TestMedia.aac),
        Source(
            "two-pictures.mkv",
            "320x180",
            "30/1",
            60,
            TestMedia.picture(160, 90, seconds: 2) + plain + [
                "-map", "0:v", "-map", "1:v", "-map", "2:a", "-disposition:v", "0",
            ] + TestMedia.aac
        ),
        Source("clip.avi", "320x180", "30/1", 60, plain + ["-bf", "0", "-c:a", "mp3"]),
        Source("clip.flv", "320x180", "30/1", 60, plain + TestMedia.aac),
        Source("clip.ts", "320x180", "30/1", 60, plain + TestMedia.aac),
        Source("late-start.ts", "320x180", "30/1", 60, plain + TestMedia.aac + ["-output_ts_offset", "3600"]),
        Source(
            "clip.webm",
            "320x180",
            "30/1",
            60,
            plain + ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]
        ),
        Source("clip.mov", "320x180", "30/1", 60, plain + TestMedia.aac),
        Source("clip.ogv", "320x180", "30/1", 60, plain + ["-c:v", "libtheora", "-c:a", "libvorbis"]),
        Source("clip.wmv", "320x180", "30/1", 60, plain + ["-bf", "0", "-c:v", "wmv2", "-b:v", "1M", "-c:a", "wmav2"]),
        Source(
            "full-range.avi",
            "320x180",
            "30/1",
            60,
            plain + ["-bf", "0", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le"]
        ),
        Source(
            "alpha.mov",
            "320x180",
            "30/1",
            60,
            plain + ["-c:v", "qtrle", "-pix_fmt", "argb", "-c:a", "pcm_u8", "-ar", "8000"]
        ),
        Source(
            "seven-one.mkv",
            "320x180",
            "30/1",
            60,
            picture + ["-f", "lavfi", "-i", "anoisesrc=a=0.1:d=2:r=96000,aformat=channel_layouts=7.1"] + TestMedia.h264
                + ["-c:a", "flac"]
        ),
        Source("grey.mkv", "320x180", "30/1", 60, plain + ["-c:v", "ffv1", "-pix_fmt", "gray12le", "-c:a", "aac"]),
    ]

    @Test(arguments: sources)
    func becomesAGoodVideo(_ source: Source) async throws {
        let profile = TranscodeProfile(qualities: [Quality(lines: source.size == "640x360" ? 360 : 480)])
        try await withTranscoded(source.clip.file(), profile: profile) { video in
            let rendition = try #require(video.result.renditions.first)
            let name = rendition.quality.rawValue
            let track = try await video.track(name)
            #expect("\(track.width ?? 0)x\(track.height ?? 0)" == source.size)
            let rate = rendition.frameRate
            #expect("\(Int(rate))/1" == source.rate)
            // Containers round the ends of sound, which may hold the last picture a little longer.
            let frames = Int(track.frames ?? "") ?? 0
            #expect((source.frames...source.frames + 3).contains(frames))
            #expect(track.pixelFormat == "yuv420p" && track.pixelShape == "1:1" && track.codec == "h264")
            #expect(track.transfer != "arib-std-b67")
            #expect(video.result.files.contains { $0.rawValue == "audio/stream.m3u8" } == source.hasSound)
            if source.hasSound {
                let apart = abs(try video.seconds("audio") - video.seconds(name))
                #expect(apart < 0.0214)
            }
        }
    }

    /// Ways by which picture and sound come apart, each with a flash and a beep at the same moment.
    static let shifted: [(name: String, at: Double, arguments: [String])] = [
        ("plain.mkv", 2, ["-c", "copy"]),
        ("offset.ts", 2, ["-c", "copy", "-output_ts_offset", "100"]),
        ("flash.flv", 2, ["-c", "copy"]),
        ("flash.avi", 2, ["-c:v", "mpeg4", "-c:a", "pcm_s16le"]),
        ("cut.mp4", 1.5, ["-c", "copy", "-ss", "0.5"]),
        ("reencoded-cut.mp4", 1.5, ["-ss", "0.5"] + TestMedia.h264 + TestMedia.aac),
        ("edit-list.mov", 2, ["-c", "copy"]),
    ]

    @Test(arguments: shifted)
    func flashAndBeepStayTogether(name: String, at: Double, arguments: [String]) async throws {
        let clip = TestMedia("flash-\(name)", from: .flashAndBeep, arguments)
        try await withTranscoded(clip.file()) { video in
            let flash = try await video.flash("180p", rate: 30)
            let beep = try await video.beep("audio")
            #expect(abs(flash - beep) < 0.02)
            #expect(abs(flash - at) < 0.051)
        }
    }

    @Test func soundThatBeginsLaterStaysLater() async throws {
        let clip = TestMedia(
            "late-sound.mkv",
            TestMedia.picture(320, 180, seconds: 3) + ["-itsoffset", "1.5"] + TestMedia.sound(seconds: 1)
                + TestMedia.h264
                + ["-c:a", "flac"]
        )
        try await withTranscoded(clip.file()) { video in
            let beep = try await video.beep("audio", above: 1_000)
            #expect(abs(beep - 1.5) < 0.02)
        }
    }

    /// As television does between programmes. The smaller picture is scaled up; no picture is lost or shown twice.
    @Test func aSizeThatChangesInTheMiddleIsMadeTheFirst() async throws {
        try await withTemporaryDirectory { directory in
            let parts = [(640, 360), (320, 180)].map { width, height in
                TestMedia(
                    "part-\(height).ts",
                    TestMedia.picture(width, height, rate: "25", seconds: 3) + TestMedia.sound(seconds: 3)
                        + TestMedia.h264 + TestMedia.aac
                )
            }
            let source = directory.appending("programmes.ts")
            let joined = "concat:" + (try await parts[0].file().string) + "|" + (try await parts[1].file().string)
            try await TestMedia.run(["-nostdin", "-v", "error", "-i", joined, "-c", "copy", source.string])
            try await withTranscoded(source) { video in
                let track = try await video.track("360p")
                #expect(track.width == 640 && track.height == 360)
                #expect((150...152).contains(Int(track.frames ?? "") ?? 0))
                #expect(abs(video.result.duration - 6) < 0.1)
            }
        }
    }
}
