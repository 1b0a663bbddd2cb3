import Testing

@testable import Packaging

/// Codecs and shapes that need an encoder of their own to be seen.
@Suite struct OtherCodecTests {
    private func report(
        _ recipe: Clip.Recipe,
        gopsPerSegment: Int = 3,
        _ change: (inout MemoryFiles) -> Void = { _ in }
    ) async throws -> ConformanceReport {
        var files = try await MemoryFiles(Packaged(Clip(recipe), gopsPerSegment: gopsPerSegment))
        change(&files)
        return try await files.report()
    }

    private func recipe(_ encoder: [String], frames: Int = 120) -> Clip.Recipe {
        var recipe = Clip.Recipe(rate: (25, 1), frames: frames, framesPerGOP: 50, heights: [180], audioSeconds: nil)
        recipe.encoder = encoder
        return recipe
    }

    private static let hevc = [
        "-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params",
        "log-level=error:pools=2:frame-threads=1:open-gop=0:keyint=50:min-keyint=50:scenecut=0",
    ]

    @Test func hevcAloneLacksH264() async throws {
        let report = try await report(recipe(Self.hevc))
        #expect(report.broken == ["HLS-39"], "\(report.text)")
        #expect(report.checked.contains("COD-02"))
    }

    @Test func aWrongHEVCCodecStringIsReported() async throws {
        let report = try await report(recipe(Self.hevc)) {
            $0.replaceFirst("CODECS=\"hvc1.1.", with: "CODECS=\"hvc1.2.", in: "master.m3u8")
        }
        #expect(report.broken == ["HLS-39", "COD-02"], "\(report.text)")
    }

    @Test func aSampleEntryForParameterSetsInTheStreamIsReported() async throws {
        let report = try await report(recipe(Self.hevc)) {
            $0.patch("hvc1", at: 0, Array("hev1".utf8), in: "180p/init.mp4")
        }
        #expect(report.broken.isSuperset(of: ["COD-02"]), "\(report.text)")
    }

    @Test func highDynamicRangeAloneLacksAStandardSetAndItsMasteringDisplay() async throws {
        var encoder = Self.hevc
        encoder += ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"]
        let own = try await report(recipe(encoder))
        #expect(own.broken == ["HLS-37", "HLS-39", "INI-09"], "\(own.text)")
        let silent = try await report(recipe(encoder)) {
            $0.replaceFirst(
                "urn:mpeg:mpegB:cicp:TransferCharacteristics",
                with: "urn:example:other",
                in: "manifest.mpd"
            )
        }
        #expect(silent.broken == ["HLS-37", "HLS-39", "INI-09", "MPD-11"], "\(silent.text)")
    }

    @Test func anAV1CodecStringIsHeldAgainstItsRecord() async throws {
        let recipe = recipe(["-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime"], frames: 10)
        let good = try await report(recipe)
        #expect(good.broken == ["HLS-39"], "\(good.text)")
        let bad = try await report(recipe) {
            $0.replaceFirst("CODECS=\"av01.0", with: "CODECS=\"av01.2", in: "master.m3u8")
        }
        #expect(bad.broken == ["HLS-39", "COD-03"], "\(bad.text)")
    }

    @Test func fieldsAreReported() async throws {
        let encoder = ["-c:v", "libx264", "-preset", "ultrafast", "-x264-params", "interlaced=1:bframes=0"]
        let report = try await report(recipe(encoder))
        #expect(report.broken == ["SEG-14"], "\(report.text)")
    }

    @Test func shortSegmentsAreWorthAWord() async throws {
        let report = try await report(Clip.Recipe(), gopsPerSegment: 1)
        #expect(report.broken == ["HLS-20"], "\(report.text)")
        #expect(report.verdict == .conforms)
    }

    @Test func rungsThatAreCutElsewhereAreReported() async throws {
        let clip = try await Clip(Clip.Recipe())
        let other = try Packaged(clip, gopsPerSegment: 2)
        var files = try MemoryFiles(Packaged(clip))
        for (path, bytes) in other.files where path.hasPrefix("90p/") { files.files[path] = bytes }
        files.replace("TARGETDURATION:4", with: "TARGETDURATION:6", in: "90p/stream.m3u8")
        files.files["manifest.mpd"] = nil
        let report = try await files.report()
        #expect(report.broken == ["HLS-21"], "\(report.text)")
    }
}
