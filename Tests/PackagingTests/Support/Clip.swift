import Foundation

@testable import Packaging

/// The byte streams of one ffmpeg, one per track, as the pipes carry them.
struct Clip: Sendable {
    /// What to make. Every rung is a `testsrc2` with B-frames.
    struct Recipe: Sendable, CustomStringConvertible {
        var rate = (30_000, 1001)
        var frames = 420
        var framesPerGOP = 60
        var heights = [180, 120, 90]
        var encoder = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "3"]
        /// Nil makes no sound.
        var audioSeconds: Double? = 14.014

        var seconds: Double { Double(frames * rate.1) / Double(rate.0) }

        var description: String { "\(frames) frames at \(rate.0)/\(rate.1), sound \(audioSeconds ?? 0) s" }
    }

    let descriptions: [TrackDescription]
    let streams: [[UInt8]]

    init(_ recipe: Recipe) async throws {
        descriptions = try Self.descriptions(of: recipe)
        streams = try await withTemporaryFolder { folder in
            _ = try await Tool.ffmpeg(Self.arguments(for: recipe), in: folder)
            return try Self.descriptions(of: recipe).map { track in
                [UInt8](try Data(contentsOf: folder.appending(path: track.folder)))
            }
        }
    }

    init(descriptions: [TrackDescription], streams: [[UInt8]]) {
        self.descriptions = descriptions
        self.streams = streams
    }

    private static func descriptions(of recipe: Recipe) throws -> [TrackDescription] {
        guard let rate = FrameRate(recipe.rate.0, recipe.rate.1) else {
            throw PackagingError(.invalidDescription, "rate")
        }
        var tracks = recipe.heights.map { height in
            TrackDescription.video(
                folder: "\(height)p",
                frameRate: rate,
                framesPerGOP: recipe.framesPerGOP,
                bitrateLimit: height * 10_000
            )
        }
        guard recipe.audioSeconds != nil else { return tracks }
        tracks.append(
            .audio(
                folder: "audio",
                language: LanguageTag("eng"),
                name: "English",
                channels: 2,
                isDefault: true,
                bitrateLimit: 128_000
            )
        )
        return tracks
    }

    private static func arguments(for recipe: Recipe) -> [String] {
        let rate = "\(recipe.rate.0)/\(recipe.rate.1)"
        let names = recipe.heights.map { "[v\($0)]" }
        var graph =
            "testsrc2=s=320x180:r=\(rate),trim=end_frame=\(recipe.frames),split=\(names.count)"
            + names.map { "\($0)i" }.joined()
        graph = graph.replacingOccurrences(of: "]i", with: "i]")
        for height in recipe.heights {
            graph += ";[v\(height)i]scale=\(height * 16 / 9 / 2 * 2):\(height),setsar=1[v\(height)]"
        }
        if let seconds = recipe.audioSeconds {
            graph += ";sine=f=440:r=48000:d=\(seconds),atrim=start_sample=1024[a]"
        }
        var arguments = ["-filter_complex", graph]
        for height in recipe.heights { arguments += rung(recipe, height) }
        if recipe.audioSeconds != nil { arguments += sound }
        return arguments
    }

    private static func rung(_ recipe: Recipe, _ height: Int) -> [String] {
        ["-map", "[v\(height)]", "-frames:v", "\(recipe.frames)"] + recipe.encoder
            + ["-pix_fmt", "yuv420p", "-g", "\(recipe.framesPerGOP)", "-keyint_min", "\(recipe.framesPerGOP)"]
            + ["-sc_threshold", "0", "-threads", "1"]
            + ["-video_track_timescale", "\(recipe.rate.0 >= 10_000 ? recipe.rate.0 : recipe.rate.0 * 512)"]
            + ["-avoid_negative_ts", "disabled", "-f", "mp4", "-use_editlist", "1"]
            + ["-movflags", TrackDescription.videoMovFlags, "\(height)p"]
    }

    private static let sound = [
        "-map", "[a]", "-ac", "2", "-c:a", "aac", "-b:a", "96k", "-avoid_negative_ts", "disabled", "-f", "mp4",
        "-use_editlist", "1", "-frag_duration", "\(TrackDescription.audioFragmentDuration)",
        "-movflags", TrackDescription.audioMovFlags, "audio",
    ]
}
