import Foundation
import Subprocess
import SystemPackage

/// Small clips for the tests, made by the ffmpeg in `PATH` when they are first wanted and kept in a cache folder.
package struct TestMedia: Sendable {
    private let name: String
    /// Another clip that this one is made of: its name and its arguments.
    private let source: (name: String, arguments: [String])?
    private let arguments: [String]

    /// A clip that ffmpeg makes with these arguments; its name's extension chooses the container.
    package init(_ name: String, _ arguments: [String]) { self.init(name: name, arguments: arguments) }

    /// A clip made of another one.
    package init(_ name: String, from source: TestMedia, _ arguments: [String]) {
        self.init(name: name, source: (source.name, source.arguments), arguments: arguments)
    }

    private init(name: String, source: (name: String, arguments: [String])? = nil, arguments: [String]) {
        self.name = name
        self.source = source
        self.arguments = arguments
    }

    /// The file; made on the first call in this or an earlier run of the tests.
    package func file() async throws -> FilePath {
        let folder = "/tmp/vlog-test-media-\(getuid())/\(fingerprint)"
        let path = "\(folder)/\(name)"
        if FileManager.default.fileExists(atPath: path) { return FilePath(path) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Beside its place first: several tests may make the same clip at once.
        let temporary = "\(folder)/\(UUID().uuidString)-\(name)"
        let common = ["-nostdin", "-hide_banner", "-loglevel", "error", "-y"]
        let input = try await source.map { TestMedia(name: $0.name, arguments: $0.arguments) }?.file()
        try await TestMedia.run(common + (input.map { ["-i", $0.string] } ?? []) + arguments + [temporary])
        guard rename(temporary, path) == 0 else { throw TestSupportError("cannot keep the clip \(name)") }
        return FilePath(path)
    }

    /// Runs ffmpeg and throws what it wrote when it fails.
    package static func run(_ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .name("ffmpeg"),
            arguments: Arguments(arguments),
            input: .none,
            output: .discarded,
            error: .string(limit: 64 << 10)
        )
        guard result.terminationStatus.isSuccess else { throw TestSupportError("ffmpeg: \(result.standardError)") }
    }

    /// A hash of the command that stays the same from run to run (FNV-1a).
    private var fingerprint: String {
        let hash = ((source?.arguments ?? []) + arguments).joined(separator: "\u{0}").utf8.reduce(
            UInt64(0xCBF2_9CE4_8422_2325)
        ) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return String(hash, radix: 16)
    }
}

extension TestMedia {
    /// 4 s of 640×360 at 30 with stereo sound; H.264 and AAC with the index in front, as a phone's upload.
    package static let plain = TestMedia(
        name: "plain.mp4",
        arguments: picture(640, 360, seconds: 4) + sound(seconds: 4) + h264 + aac + ["-movflags", "+faststart"]
    )

    /// 2 s of 320×180 at 25 without sound.
    package static let silent = TestMedia(
        name: "silent.mp4",
        arguments: picture(320, 180, rate: "25", seconds: 2) + h264
    )

    /// 4 s stored 640×360, to be shown upright: `plain` with a display matrix.
    package static let rotated = TestMedia(
        name: "rotated.mp4",
        source: ("plain.mp4", plain.arguments),
        arguments: ["-c", "copy", "-metadata:s:v:0", "rotate=90"]
    )

    /// 3 s of 853×479 VP9 and Opus, at 30 pictures a second first and 10 later.
    package static let oddVariableRate = TestMedia(
        name: "odd.webm",
        arguments: picture(854, 480, seconds: 3) + sound(seconds: 3) + [
            "-vf", "scale=853:479,setsar=1,select='lt(t,1)+not(mod(n,3))'", "-fps_mode", "vfr", "-c:v", "libvpx-vp9",
            "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus",
        ]
    )

    /// 2 s of 640×360 HEVC with 10 bits.
    package static let tenBit = TestMedia(
        name: "ten-bit.mp4",
        arguments: picture(640, 360, seconds: 2) + sound(seconds: 2) + hevc + aac
    )

    /// 1 s of 640×360 HEVC tagged as HDR10.
    package static let highDynamicRange = TestMedia(
        name: "hdr.mp4",
        arguments: picture(640, 360, seconds: 1) + hevc + [
            "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc",
        ]
    )

    /// 2 s of 720×576 fields, top first, with the wide pixels of a DVD, in a transport stream.
    package static let interlaced = TestMedia(
        name: "interlaced.ts",
        arguments: picture(720, 576, rate: "50", seconds: 2) + sound(seconds: 2) + [
            "-vf", "interlace=scan=tff,setsar=64/45", "-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-c:a", "mp2",
        ]
    )

    /// 4 s at 30, black but for one white picture at exactly 2 s, silent but for 50 ms of tone from 2 s on.
    package static let flashAndBeep = TestMedia(
        name: "flash.mp4",
        arguments: [
            "-f", "lavfi", "-i",
            "color=black:size=320x180:rate=30:duration=4,drawbox=color=white:t=fill:enable='eq(n,60)'",
            "-f", "lavfi", "-i",
            "aevalsrc='if(between(t,2,2.05),0.8*sin(2*PI*1000*t),0)':sample_rate=48000:duration=4",
        ] + h264 + ["-g", "30"] + aac
    )

    /// 2 s of sound alone.
    package static let soundOnly = TestMedia(name: "sound.mp4", arguments: sound(seconds: 2) + aac)

    /// 2 s of sound with a cover picture, which is a video stream to ffmpeg.
    package static let soundWithCover = TestMedia(
        name: "cover.mp4",
        arguments: [
            "-f", "lavfi", "-i", "sine=duration=2", "-f", "lavfi", "-i", "testsrc2=size=64x64:duration=0.04:rate=25",
            "-map", "0:a", "-map", "1:v", "-c:a", "aac", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p",
            "-disposition:v:0", "attached_pic",
        ]
    )

    /// 2 s whose sound goes on for 4.
    package static let longerSound = TestMedia(
        name: "longer-sound.mkv",
        arguments: picture(320, 180, seconds: 2) + sound(seconds: 4) + h264 + aac
    )

    /// As a browser's recorder writes it: Matroska that says no length anywhere.
    package static let lengthless = TestMedia(
        name: "lengthless.webm",
        arguments: picture(320, 180, seconds: 2) + [
            "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-f", "webm", "-live", "1",
        ]
    )

    /// 30 s of 640×360 with so much noise that encoding takes a while.
    package static let long = TestMedia(
        name: "long.mp4",
        arguments: picture(640, 360, seconds: 30) + sound(seconds: 30) + ["-vf", "noise=alls=40:allf=t"] + h264 + aac
            + ["-movflags", "+faststart"]
    )

    /// 8 s of 640×360 in Matroska: English in 5.1, German in stereo with a tag that only libraries use, a comment whose
    /// title would break out of a playlist, and two texts, one with a cue over a segment's boundary.
    package static let film = TestMedia(
        name: "film.mkv",
        arguments: picture(640, 360, seconds: 8) + [
            "-f", "lavfi", "-i", "aevalsrc=0.1*sin(440*2*PI*t)|0.1*sin(550*2*PI*t)|0|0|0|0:c=5.1:s=48000:d=8",
            "-f", "lavfi", "-i", "sine=frequency=660:sample_rate=44100:duration=8",
            "-f", "srt", "-i",
            text(
                "1\n00:00:01,000 --> 00:00:02,500\nHello <b>there</b>\n\n2\n00:00:05,500 --> 00:00:06,900\nstill here\n"
            ),
            "-f", "srt", "-i", text("1\n00:00:03,000 --> 00:00:04,000\nGuten Tag & auf Wiedersehen\n"),
            "-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "2:a", "-map", "3:s", "-map", "4:s",
            "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger",
            "-metadata:s:a:2", "language=eng", "-metadata:s:a:2", "title=A \"comment\",URI=\"x\"\n#EXT",
            "-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=deu", "-disposition:s:1", "forced",
        ] + h264 + ["-c:a", "flac", "-c:s", "srt"]
    )

    /// 4 s of 320×180 in Matroska, without sound, with four texts: three in English, of which the first is forced, and one that does
    /// not say its language.
    package static let signs = TestMedia(
        name: "signs.mkv",
        arguments: picture(320, 180, seconds: 4) + [
            "-f", "srt", "-i", text("1\n00:00:01,000 --> 00:00:02,000\nExit\n"),
            "-f", "srt", "-i", text("1\n00:00:01,500 --> 00:00:03,000\nHello\n"),
            "-map", "0:v", "-map", "1:s", "-map", "2:s", "-map", "2:s", "-map", "2:s",
            "-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=eng", "-metadata:s:s:2", "language=eng",
            "-disposition:s:0", "forced",
        ] + h264 + ["-c:s", "srt"]
    )

    package static let signsInMP4 = TestMedia(
        "signs.mp4",
        from: signs,
        ["-map", "0", "-c", "copy", "-c:s", "mov_text", "-disposition:s:0", "forced"]
    )

    /// The same texts, none of them forced.
    package static let signsAsked = TestMedia(
        "signs-asked.mkv",
        from: signs,
        ["-map", "0", "-c", "copy", "-disposition:s:0", "0"]
    )

    /// A text as an input of ffmpeg's.
    private static func text(_ text: String) -> String {
        "data:text/plain;base64," + Data(text.utf8).base64EncodedString()
    }

    /// 12 s of 320×180 with sound and noise.
    package static let noisy = TestMedia(
        name: "noisy.mp4",
        arguments: picture(320, 180, seconds: 12) + sound(seconds: 12) + ["-vf", "noise=alls=20:allf=t"] + h264 + aac
    )

    package static func picture(_ width: Int, _ height: Int, rate: String = "30", seconds: Int) -> [String] {
        ["-f", "lavfi", "-i", "testsrc2=size=\(width)x\(height):rate=\(rate):duration=\(seconds)"]
    }

    package static func sound(seconds: Int) -> [String] {
        [
            "-f", "lavfi", "-i",
            "sine=frequency=440:sample_rate=48000:duration=\(seconds),aformat=channel_layouts=stereo",
        ]
    }

    package static let h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p"]
    /// 2 s of 640×360 HEVC as HDR10, with what it was graded on.
    package static let gradedHDR = TestMedia(
        name: "graded.mp4",
        arguments: picture(640, 360, seconds: 2) + [
            "-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params",
            "log-level=error:pools=2:frame-threads=1:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
                + ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400",
            "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc",
        ]
    )

    private static let hevc = [
        "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:pools=2:frame-threads=1",
        "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1",
    ]
    package static let aac = ["-c:a", "aac", "-b:a", "96k"]
}
