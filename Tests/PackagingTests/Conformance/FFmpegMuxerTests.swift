import Foundation
import Testing

@testable import Packaging

/// What ffmpeg's own muxers write, with options that people use.
@Suite struct FFmpegMuxerTests {
    private static let source = [
        "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=8", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=8",
        "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "60", "-keyint_min", "60", "-sc_threshold", "0",
        "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-b:a", "96k", "-t", "8", "-threads", "1",
    ]

    private func report(_ arguments: [String], in folder: URL) async throws -> ConformanceReport {
        _ = try await Tool.ffmpeg(Self.source + arguments, in: folder)
        return try await MemoryFiles(folder: folder).report()
    }

    @Test func fragmentedHLSHasAnEmptyEditAndSaysTooLittle() async throws {
        try await withTemporaryFolder { folder in
            let report = try await report(
                [
                    "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
                    "-master_pl_name", "master.m3u8", "-var_stream_map", "v:0,agroup:a a:0,agroup:a",
                    "-hls_segment_filename", "%v_%d.m4s", "stream_%v.m3u8",
                ],
                in: folder
            )
            let expected: Set = ["HLS-18", "HLS-30", "HLS-45", "INI-01", "INI-03", "INI-04", "SEG-06"]
            #expect(report.broken.isSuperset(of: expected), "\(report.text)")
            #expect(report.verdict == .fails)
        }
    }

    @Test func transportStreamsAreReadToTheirPackets() async throws {
        try await withTemporaryFolder { folder in
            let arguments = [
                "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-hls_flags", "independent_segments",
                "stream.m3u8",
            ]
            let good = try await report(arguments, in: folder)
            #expect(good.verdict == .conforms, "\(good.text)")
            #expect(Set(good.checked).isSuperset(of: ["SEG-10", "SEG-16", "HLS-13"]))
            var files = try MemoryFiles(folder: folder)
            // The continuity counter of a packet in the middle.
            files.files["stream1.ts"]?[188 * 20 + 3] ^= 0x07
            let bad = try await files.report()
            #expect(bad.broken == ["SEG-16"], "\(bad.text)")
            files.files["stream1.ts"]?.removeFirst(188 * 3)
            let headless = try await files.report()
            #expect(headless.broken.contains("SEG-16"), "\(headless.text)")
        }
    }

    @Test func dashPromisesSwitchingThatItDoesNotKeep() async throws {
        try await withTemporaryFolder { folder in
            let report = try await report(
                ["-f", "dash", "-seg_duration", "4", "-hls_playlist", "1", "manifest.mpd"],
                in: folder
            )
            #expect(report.broken.isSuperset(of: ["MPD-07", "INI-01"]), "\(report.text)")
            #expect(Set(report.checked).isSuperset(of: ["MPD-03", "MPD-04", "SEG-03"]))
        }
    }

    @Test func singleFilesAreReadByTheirRanges() async throws {
        try await withTemporaryFolder { folder in
            let report = try await report(
                ["-f", "hls", "-hls_time", "4", "-hls_segment_type", "fmp4", "-hls_flags", "single_file", "a.m3u8"],
                in: folder
            )
            #expect(report.broken.isSuperset(of: ["HLS-14", "INI-02", "SEG-01"]), "\(report.text)")
            #expect(!report.broken.contains("SEG-02") && !report.broken.contains("SEG-03"), "\(report.text)")
            let bytes = report.failures.first { $0.rule.id == "SEG-01" }?.occurrences.compactMap(\.place.byte) ?? []
            #expect(bytes == bytes.sorted() && Set(bytes).count > 2)
        }
    }
}
