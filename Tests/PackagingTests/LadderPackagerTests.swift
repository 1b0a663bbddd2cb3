import Foundation
import Testing

@testable import Packaging

@Suite struct LadderPackagerTests {
    static let recipes: [Clip.Recipe] = [
        .init(),
        .init(rate: (24_000, 1001), frames: 300, framesPerGOP: 48, audioSeconds: 12.6),
        .init(rate: (60_000, 1001), frames: 730, framesPerGOP: 120, heights: [180, 90], audioSeconds: 12.2),
        .init(rate: (25, 1), frames: 300, framesPerGOP: 50, heights: [180], audioSeconds: nil),
        .init(rate: (30, 1), frames: 1, heights: [180, 90], audioSeconds: 0.2),
        .init(rate: (30, 1), frames: 2, heights: [180], audioSeconds: nil),
        .init(rate: (24, 1), frames: 49, framesPerGOP: 48, heights: [180], audioSeconds: 1),
        .init(rate: (24, 1), frames: 289, framesPerGOP: 48, heights: [180], audioSeconds: 20),
    ]

    @Test(arguments: recipes)
    func everyTrackDecodesToTheFramesThatWereEncoded(_ recipe: Clip.Recipe) async throws {
        let packaged = try await Packaged(Clip(recipe))
        try await withTemporaryFolder { folder in
            try packaged.write(to: folder)
            for height in recipe.heights {
                let whole = folder.appending(path: "whole.mp4")
                let bytes = packaged.files["\(height)p/init.mp4"] ?? []
                try Data(bytes + packaged.segments("\(height)p").joined()).write(to: whole)
                let decoded = try await Tool.ffmpeg(["-i", "whole.mp4", "-f", "null", "-"], in: folder)
                #expect(decoded.warnings == "")
                let probed = try await Tool.ffprobe(
                    ["-count_frames", "-show_entries", "stream=nb_read_frames,start_time,r_frame_rate", "whole.mp4"],
                    in: folder
                )
                #expect(probed.text == "\(recipe.rate.0)/\(recipe.rate.1),0.000000,\(recipe.frames)\n")
            }
        }
    }

    /// ffmpeg's reader takes whole seconds of a duration only and stops where the sound does, so the sources here
    /// have as much sound as picture and the duration is read off the text.
    @Test(arguments: recipes.filter { $0.frames > 100 && $0.audioSeconds != 20 })
    func manifestPlaysThroughAnotherDASHImplementation(_ recipe: Clip.Recipe) async throws {
        let packaged = try await Packaged(Clip(recipe))
        try await withTemporaryFolder { folder in
            try packaged.write(to: folder)
            try await expectFrames(of: recipe, in: "manifest.mpd", folder, options: [])
        }
        let text = packaged.text("manifest.mpd")
        let duration = try #require(text.firstMatch(of: /mediaPresentationDuration="PT([0-9.]+)S"/)?.1)
        let seconds = try #require(Double(duration))
        #expect(abs(seconds - recipe.seconds) <= 0.03)
    }

    private func expectFrames(
        of recipe: Clip.Recipe,
        in manifest: String,
        _ folder: URL,
        options: [String]
    ) async throws {
        for index in recipe.heights.indices {
            // One stream at a time: ffmpeg's readers stop when the first of several is at its end.
            let entries = ["-count_frames", "-select_streams", "v:\(index)", "-show_entries", "stream=nb_read_frames"]
            let probed = try await Tool.ffprobe(options + entries + [manifest], in: folder)
            let lines = probed.text.split(separator: "\n").map { $0.trimmingPrefix(",") }
            #expect(lines.first == "\(recipe.frames)")
        }
    }

    @Test(arguments: recipes)
    func masterPlaysThroughAnotherHLSImplementation(_ recipe: Clip.Recipe) async throws {
        let packaged = try await Packaged(Clip(recipe))
        let (manifest, options) = ("master.m3u8", ["-allowed_extensions", "ALL"])
        let duration = recipe.seconds
        try await withTemporaryFolder { folder in
            try packaged.write(to: folder)
            try await expectFrames(of: recipe, in: manifest, folder, options: options)
            let format = try await Tool.ffprobe(options + ["-show_entries", "format=duration", manifest], in: folder)
            let seconds = try #require(Double(format.text.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(abs(seconds - duration) <= 0.03)
            #expect(abs(packaged.packager.duration - duration) <= 0.03)
        }
    }

    @Test func everySegmentDecodesAloneWithItsInit() async throws {
        let packaged = try await Packaged(Clip(Clip.Recipe()))
        try await withTemporaryFolder { folder in
            for name in ["180p", "audio"] {
                for segment in packaged.segments(name) {
                    try Data((packaged.files["\(name)/init.mp4"] ?? []) + segment)
                        .write(to: folder.appending(path: "one.mp4"))
                    let decoded = try await Tool.ffmpeg(["-xerror", "-i", "one.mp4", "-f", "null", "-"], in: folder)
                    #expect(decoded.warnings == "")
                }
            }
        }
    }

    /// Seconds that half an AAC frame of the sound lasts.
    private let halfAFrame = 512.0 / 48_000

    @Test func segmentsOfAllRungsStartAtTheSameTicks() async throws {
        let packaged = try await Packaged(Clip(Clip.Recipe()))
        let expected = [0, 180, 360].map { $0 * 1001 }
        for folder in ["180p", "120p", "90p"] {
            let fragments = try packaged.fragments(folder)
            #expect(fragments.map { $0.first?.start } == expected)
            #expect(fragments.map(\.count) == [3, 3, 1])
        }
    }

    @Test func soundIsCutAtThePicturesBoundariesToWithinHalfAFrame() async throws {
        let packaged = try await Packaged(Clip(Clip.Recipe()))
        let fragments = try packaged.fragments("audio")
        #expect(fragments.map(\.count) == [1, 1, 1])
        for (number, start) in fragments.compactMap({ $0.first?.start }).enumerated() {
            let distance: Double = Double(start) / 48_000 - Double(number) * 6.006
            #expect(abs(distance) <= halfAFrame)
        }
        let frames = fragments.joined().map(\.samples.count).reduce(0, +)
        #expect(frames == Int((14.014 * 48_000 / 1024).rounded()))
    }

    @Test func soundThatOutlastsThePictureIsDropped() async throws {
        let packaged = try await Packaged(Clip(.init(frames: 240, heights: [90], audioSeconds: 30)))
        let end = try #require(packaged.fragments("audio").last?.last.map { $0.start + $0.duration })
        let distance: Double = Double(end) / 48_000 - 8.008
        #expect(abs(distance) <= halfAFrame)
        #expect(packaged.segments("audio").count == packaged.segments("90p").count)
    }

    @Test func soundAheadOfThePictureWaitsForIt() async throws {
        let clip = try await Clip(Clip.Recipe())
        var packager = try LadderPackager(tracks: clip.descriptions, gopsPerSegment: 3)
        #expect(try packager.append(clip.streams[3], to: TrackID(folder: "audio")).isEmpty)
        #expect(try packager.finish(track: TrackID(folder: "audio")).isEmpty)
        let paths = try packager.append(clip.streams[0], to: TrackID(folder: "180p")).map(\.path)
        #expect(paths.filter { $0.hasPrefix("audio/segment") } == ["audio/segment_0.m4s", "audio/segment_1.m4s"])
    }

    @Test func sizeOfTheReadsDoesNotChangeAByte() async throws {
        let clip = try await Clip(.init(frames: 150, framesPerGOP: 30, heights: [120, 90], audioSeconds: 5))
        let files = try Packaged(clip).files
        #expect(try Packaged(clip, next: { 1 }).files == files)
        var generator = SeededGenerator(seed: 7)
        #expect(try Packaged(clip, next: { Int.random(in: 1...5000, using: &generator) }).files == files)
        #expect(try Packaged(clip, next: { .max }).files == files)
    }

    @Test func runningPlaylistsOnlyGrowUntilTheLastOne() async throws {
        let packaged = try await Packaged(Clip(Clip.Recipe()), next: { 4000 })
        for folder in ["180p", "120p", "90p", "audio"] {
            let versions = packaged.versions(of: "\(folder)/stream.m3u8")
            #expect(versions.count == 4)
            for (older, newer) in zip(versions.dropLast(), versions.dropLast().dropFirst()) {
                #expect(newer.hasPrefix(older))
                #expect(!newer.contains("ENDLIST"))
            }
            let last = try #require(versions.last)
            let running = try #require(versions.dropLast().last)
            #expect(last == running.replacingOccurrences(of: ":EVENT", with: ":VOD") + "#EXT-X-ENDLIST\n")
        }
    }

    @Test func masterAppearsOnceEveryTrackCanBePlayed() async throws {
        let packaged = try await Packaged(Clip(Clip.Recipe()), next: { 4000 })
        let paths = packaged.returned.map(\.path)
        let first = try #require(paths.firstIndex(of: "master.m3u8"))
        for folder in ["180p", "120p", "90p", "audio"] {
            for name in ["init.mp4", "segment_0.m4s", "stream.m3u8"] {
                let index = try #require(paths.firstIndex(of: "\(folder)/\(name)"))
                #expect(index < first)
            }
        }
        #expect(first < paths.lastIndex(of: "180p/segment_2.m4s") ?? 0)
        let running = try #require(packaged.versions(of: "master.m3u8").first)
        #expect(running.contains("BANDWIDTH=1928000,AVERAGE-BANDWIDTH=1928000,"))
        #expect(!running.contains("I-FRAME"))
        #expect(packaged.versions(of: "master.m3u8").count == 2)
    }

    @Test func filesThatAreNotPlaylistsComeOnce() async throws {
        let returned = try await Packaged(Clip(Clip.Recipe()), next: { 4000 }).returned
        let once = returned.filter { !$0.replaces }.map(\.path)
        #expect(Set(once).count == once.count)
        #expect(returned.filter(\.replaces).allSatisfy { $0.path.hasSuffix(".m3u8") || $0.path.hasSuffix(".mpd") })
    }

    @Test func keyFrameRangesDecodeToOnePictureEach() async throws {
        let packaged = try await Packaged(Clip(Clip.Recipe()))
        let lines = packaged.lines("180p/iframes.m3u8")
        let ranges = lines.filter { $0.hasPrefix("#EXT-X-BYTERANGE:") }
        #expect(ranges.count == 7)
        try await withTemporaryFolder { folder in
            for (line, following) in zip(lines, lines.dropFirst()) where line.hasPrefix("#EXT-X-BYTERANGE:") {
                let numbers = line.dropFirst(17).split(separator: "@").compactMap { Int($0) }
                let segment = try #require(packaged.files["180p/\(following)"])
                let bytes = segment[numbers[1]..<numbers[1] + numbers[0]]
                #expect(Array(bytes.dropFirst(4).prefix(4)) == Array("moof".utf8))
                try Data((packaged.files["180p/init.mp4"] ?? []) + bytes)
                    .write(to: folder.appending(path: "key.mp4"))
                let probed = try await Tool.ffprobe(["-show_entries", "frame=pict_type", "key.mp4"], in: folder)
                #expect(probed.text.hasPrefix("I"))
            }
        }
    }

    @Test func declaredRatesAreThoseOfTheFiles() async throws {
        let packaged = try await Packaged(Clip(Clip.Recipe()))
        let result = try #require(packaged.packager.results.first)
        let bytes = ["180p", "audio"].flatMap { packaged.segments($0) }.map(\.count).reduce(0, +)
        let measured: Double = Double(bytes) * 8 / 14.014
        #expect(abs(Double(result.averageBandwidth) / measured - 1) < 0.01)
        #expect(result.bandwidth >= result.averageBandwidth)
        #expect(packaged.text("master.m3u8").contains("BANDWIDTH=\(result.bandwidth),"))
        #expect(result.codecs.hasSuffix(",mp4a.40.2"))
        #expect((result.width, result.height) == (320, 180))
        #expect(result.frameRate.description == "30000/1001")
    }

    @Test func progressCountsWhatIsInSegments() async throws {
        let progress = try await Packaged(Clip(Clip.Recipe())).packager.progress
        #expect(progress.map(\.track.folder) == ["180p", "120p", "90p", "audio"])
        #expect(progress.allSatisfy { $0.segments == 3 && abs($0.seconds - 14.014) < 0.011 })
    }

    @Test func soundWithoutAFrameIsLeftOut() async throws {
        let clip = try await Clip(.init(frames: 70, heights: [90], audioSeconds: 0.01))
        let packaged = try Packaged(clip)
        #expect(!packaged.files.keys.contains { $0.hasPrefix("audio/") })
        #expect(!packaged.text("master.m3u8").contains("audio"))
        #expect(packaged.packager.results.first?.codecs.contains("mp4a") == false)
    }

    @Test(arguments: [
        (
            "hvc1.", ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1"],
            "open-gop=0:scenecut=0:log-level=none"
        ),
        ("av01.0.00M.08", ["-c:v", "libsvtav1", "-preset", "12"], nil),
    ])
    func otherCodecsPassTheSameWay(_ prefix: String, _ encoder: [String], _ parameters: String?) async throws {
        var recipe = Clip.Recipe(rate: (30, 1), frames: 75, framesPerGOP: 30, heights: [180], audioSeconds: 2.5)
        recipe.encoder = encoder
        if let parameters { recipe.encoder += ["-x265-params", "keyint=30:min-keyint=30:\(parameters)"] }
        let packaged = try await Packaged(Clip(recipe), gopsPerSegment: 1)
        #expect(packaged.segments("180p").count == 3)
        #expect(packaged.packager.results.first?.codecs.hasPrefix(prefix) == true)
        try await withTemporaryFolder { folder in
            try packaged.write(to: folder)
            let probed = try await Tool.ffprobe(
                ["-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "manifest.mpd"],
                in: folder
            )
            #expect(probed.text.hasPrefix("75"))
        }
    }
}
