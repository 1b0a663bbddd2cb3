import Foundation
import Logging
import Packaging
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// A finished transcode in a folder, and what a player would find there.
struct Transcoded {
    let result: TranscodeResult
    let folder: FilePath

    struct Track: Decodable {
        var kind: String
        var codec: String
        var profile: String?
        var width: Int?
        var height: Int?
        var pixelFormat: String?
        var level: Int?
        var frameRate: String
        var pixelShape: String?
        var transfer: String?
        var matrix: String?
        var frames: String?

        /// As ffprobe spells them.
        enum CodingKeys: String, CodingKey {
            case profile, width, height, level
            case kind = "codec_type"
            case codec = "codec_name"
            case pixelFormat = "pix_fmt"
            case frameRate = "r_frame_rate"
            case pixelShape = "sample_aspect_ratio"
            case transfer = "color_transfer"
            case matrix = "color_space"
            case frames = "nb_read_frames"
        }
    }

    private struct Listing: Decodable {
        var streams: [Track]
    }

    /// What ffprobe reads through the playlist of one folder, with every picture decoded.
    func track(_ name: String) async throws -> Track { try await track(file: "\(name)/stream.m3u8") }

    func track(file: String) async throws -> Track {
        let arguments = [
            "-v", "error", "-protocol_whitelist", "file", "-count_frames", "-show_streams", "-of", "json",
            folder.appending(file).string,
        ]
        let outcome = try await ToolProcess(MediaTools.locate().ffprobe, arguments).run()
        guard outcome.log.text.isEmpty else { throw TestSupportError(outcome.log.text) }
        let streams = try JSONDecoder().decode(Listing.self, from: Data(outcome.output)).streams
        guard let track = streams.first else { throw TestSupportError("nothing in \(file)") }
        return track
    }

    /// When the first bright picture is shown, by its place among all, in seconds.
    func flash(_ name: String, rate: Double) async throws -> Double {
        let pixels = try await decoded(name, ["-vf", "scale=16:9,format=gray", "-f", "rawvideo"])
        guard let bright = pixels.firstIndex(where: { $0 > 128 }) else { throw TestSupportError("no flash") }
        return Double(bright / (16 * 9)) / rate
    }

    /// When the first loud sample is heard, by its place among all, in seconds.
    func beep(_ name: String, above level: Int = 6_000) async throws -> Double {
        let bytes = try await decoded(name, ["-ac", "1", "-ar", "48000", "-f", "s16le"])
        let loud = stride(from: 0, to: bytes.count - 1, by: 2).first { index in
            abs(Int(Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8))) > level
        }
        guard let loud else { throw TestSupportError("no beep") }
        return Double(loud / 2) / 48_000
    }

    /// The segments one after the other, decoded without a look at any playlist.
    private func decoded(_ name: String, _ output: [String]) async throws -> [UInt8] {
        let arguments = ["-v", "error", "-nostdin", "-i", try whole(name).string] + output + ["pipe:1"]
        return try await ToolProcess(MediaTools.locate().ffmpeg, arguments).run().output
    }

    /// The track in one file.
    func whole(_ name: String) throws -> FilePath {
        let whole = folder.appending("whole-\(name).mp4")
        let segments = result.files.filter { $0.rawValue.hasPrefix("\(name)/") && $0.kind == .segment }
        let parts = ["\(name)/init.mp4"] + segments.map(\.rawValue)
        let data = try parts.reduce(Data()) { try $0 + Data(contentsOf: URL(filePath: folder.appending($1).string)) }
        try data.write(to: URL(filePath: whole.string))
        return whole
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder.appending(name).string, encoding: .utf8)
    }

    /// Sum of EXTINF of a playlist.
    func seconds(_ name: String) throws -> Double {
        try text("\(name)/stream.m3u8").split(separator: "\n").filter { $0.hasPrefix("#EXTINF:") }
            .compactMap { Double($0.dropFirst(8).prefix { $0 != "," }) }.reduce(0, +)
    }
}

/// Transcodes a clip into a folder that exists while `body` runs, and checks that nothing else was left behind.
func withTranscoded(
    _ source: FilePath,
    profile: TranscodeProfile = TranscodeProfile(),
    _ body: (Transcoded) async throws -> Void
) async throws {
    try await withTemporaryDirectory { directory in
        let folder = directory.appending("out")
        let result = try await transcode(
            source,
            scratch: directory,
            sink: DirectorySink(folder: folder),
            profile: profile
        )
        let report = try await ConformanceReport.of(folder)
        #expect(report.verdict == .conforms, "\(report.text)")
        try await body(Transcoded(result: result, folder: folder))
    }
}

func transcode(
    _ source: FilePath,
    scratch: FilePath,
    sink: some OutputSink,
    profile: TranscodeProfile = TranscodeProfile(),
    tools: MediaTools? = nil,
    limits: TranscodeLimits = TranscodeLimits(),
    resume: TranscodeCheckpoint? = nil,
    onProgress: @escaping @Sendable (TranscodeProgress) async -> Void = { _ in }
) async throws -> TranscodeResult {
    var logger = Logger(label: "test")
    logger.logLevel = .error
    let transcoder = Transcoder(tools: try tools ?? MediaTools.locate(), logger: logger, threads: 2, limits: limits)
    return try await transcoder.run(
        source: source,
        profile: profile,
        scratch: scratch,
        resume: resume,
        sink: sink,
        onProgress: onProgress
    )
}
