import Foundation
import Packaging
import SystemPackage
import Testing
import VLogCore

@testable import Transcoding

/// What is decided before anything runs, as tables.
@Suite struct TranscodePlanTests {
    @Test func fullHDGetsEveryRungUpToItsOwnSize() throws {
        let plan = try ProbedSource.probed(1920, 1080).plan()
        #expect(plan.sizes == ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"])
        #expect(plan.rungs.map(\.maximumKilobits) == [7_800, 4_500, 1_600, 900])
        #expect(plan.rungs.map { $0.level?.description } == ["4.0", "3.1", "3.1", "3.0"])
        #expect(plan.framesPerGOP == 60 && plan.gopsPerSegment == 3)
        #expect(plan.frameCount == 1_800)
    }

    @Test(arguments: [
        (
            3840, 2160, "1:1", nil,
            ["2160p 3840x2160", "1440p 2560x1440", "1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"]
        ),
        (1920, 1080, "1:1", 90, ["1080p 1080x1920", "720p 720x1280", "480p 480x854", "360p 360x640"]),
        (1920, 1080, "1:1", 180, ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"]),
        (1080, 1920, "1:1", -90, ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"]),
        (853, 479, "1:1", nil, ["480p 852x478", "360p 642x360"]),
        (426, 240, "1:1", nil, ["240p 426x240"]),
        (1, 1, "1:1", nil, ["2p 2x2"]),
        (720, 576, "64:45", nil, ["480p 854x480", "360p 640x360"]),
        (1440, 1080, "4:3", nil, ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"]),
        (1920, 800, "1:1", nil, ["720p 1728x720", "480p 1152x480", "360p 864x360"]),
        (1920, 1088, "1:1", nil, ["1080p 1906x1080", "720p 1270x720", "480p 848x480", "360p 636x360"]),
    ])
    func rungsFollowTheUprightPictureWithSquarePixels(
        width: Int,
        height: Int,
        pixelShape: String,
        rotation: Int?,
        expected: [String]
    ) throws {
        let plan = try ProbedSource.probed(width, height, rotation: rotation, pixelShape: pixelShape).plan()
        #expect(plan.sizes == expected)
    }

    @Test(arguments: [
        ("30/1", "30", 60), ("30000/1001", "30000/1001", 60), ("60000/1001", "60000/1001", 120),
        ("24000/1001", "24000/1001", 48), ("25/1", "25", 50), ("240/1", "60", 120), ("120000/1001", "60000/1001", 120),
        ("2997/100", "30000/1001", 60), ("339/10", "30", 60), ("15/1", "15", 30), ("1/1", "1", 2), ("1/100", "1", 2),
        ("0/0", "25", 50), ("90000/1", "25", 50), ("50/1", "50", 100),
    ])
    func frameRateIsTheNearestStandardOneUpToSixty(measured: String, expected: String, framesPerGOP: Int) throws {
        let plan = try ProbedSource.probed(640, 360, rate: measured).plan()
        #expect(plan.frameRate.description == expected)
        #expect(plan.framesPerGOP == framesPerGOP)
    }

    @Test func onlyQualitiesOfTheProfileAreMade() throws {
        let profile = TranscodeProfile(qualities: [Quality(lines: 360), Quality(lines: 720)], generation: 3)
        let plan = try ProbedSource.probed(1920, 1080).plan(profile)
        #expect(plan.sizes == ["720p 1280x720", "360p 640x360"])
        #expect(plan.tracks.map(\.folder) == ["720p-g3", "360p-g3", "audio-g3"])
    }

    @Test func twiceTheFramesMayTakeMoreBitsAndAHigherLevel() throws {
        let plan = try ProbedSource.probed(1920, 1080, rate: "60/1").plan()
        #expect(plan.rungs[0].maximumKilobits == 10_920)
        #expect(plan.rungs[0].level?.description == "4.2")
    }

    @Test func aPictureOfItsOwnSizeIsNotScaled() throws {
        let graph = try ProbedSource.probed(640, 360).plan(TranscodeProfile(sprites: nil)).graph
        #expect(graph.hasPrefix("[0:0]scale=640:360:flags=bicubic,fps="))
        #expect(graph.components(separatedBy: "scale=").count == 2)
        #expect(graph.contains("trim=end_frame=1800,format=yuv420p"))
    }

    @Test func everySizeIsScaledFromOneThatIsHalfAsLargeAgain() throws {
        let graph = try ProbedSource.probed(1920, 1080).plan(TranscodeProfile(sprites: nil)).graph
        #expect(graph.contains("split=2[v0][c1];[c1]zscale=1280:720:filter=bicubic:param_a=0:param_b=0.6,setsar=1"))
        #expect(graph.contains("split=3[v1][c2][c3];[c2]zscale=854:480"))
        #expect(graph.contains("[v2];[c3]zscale=640:360"))
        #expect(graph.contains("[v3];[0:1]"))
    }

    @Test func aSizeThatIsOnlyAThirdSmallerThanTheNextIsScaledFromTheOneAbove() throws {
        let graph = try ProbedSource.probed(3840, 2160).plan(TranscodeProfile(sprites: nil)).graph
        #expect(graph.contains("split=3[v0][c1][c2];[c1]zscale=2560:1440"))
        #expect(graph.contains("[v1];[c2]zscale=1920:1080"))
    }

    @Test func anOddLineIsCutOffInsteadOfScaled() throws {
        #expect(try ProbedSource.probed(853, 479).plan().graph.contains("crop=852:478:0:0"))
    }

    @Test(arguments: [("smpte2084", "tin=smpte2084"), ("arib-std-b67", "tin=arib-std-b67")])
    func highDynamicRangeIsMappedOnceBeforeTheSplit(transfer: String, filter: String) throws {
        let source = try ProbedSource.probed(1920, 1080, pixelFormat: "yuv420p10le", transfer: transfer, codec: "hevc")
        let graph = try source.plan(TranscodeProfile(sprites: nil)).graph
        #expect(graph.contains(filter))
        #expect(graph.components(separatedBy: "tonemap=").count == 2)
    }

    @Test func tenBitsWithoutHighDynamicRangeOnlyLoseTheBits() throws {
        let graph = try ProbedSource.probed(1920, 1080, pixelFormat: "yuv420p10le", codec: "hevc").plan().graph
        #expect(graph.contains("format=yuv420p") && !graph.contains("tonemap"))
    }

    @Test func fieldsBecomePicturesAtTwiceTheRate() throws {
        let plan = try ProbedSource.probed(720, 576, rate: "25/1", pixelShape: "64:45", fieldOrder: "tt").plan()
        #expect(plan.frameRate.description == "50")
        #expect(plan.graph.contains("bwdif"))
    }

    @Test func fullRangeIsMadeLimited() throws {
        let graph = try ProbedSource.probed(640, 360, pixelFormat: "yuvj420p").plan().graph
        #expect(graph.contains("in_range=full:out_range=limited"))
    }

    @Test func theLongerOfPictureAndSoundGivesTheLength() throws {
        let longSound = try ProbedSource.probed(640, 360, seconds: 4, soundSeconds: 10).plan()
        #expect(longSound.frameCount == 300 && longSound.heldAtEnd == 7)
        let shortSound = try ProbedSource.probed(640, 360, seconds: 10, soundSeconds: 4).plan()
        #expect(shortSound.frameCount == 300 && shortSound.graph.contains("end_sample=480000"))
    }

    @Test func withoutSoundThereIsNoSoundTrack() throws {
        let plan = try ProbedSource.probed(1920, 1080, soundSeconds: nil).plan()
        #expect(plan.audio.isEmpty && !plan.graph.contains("aresample"))
    }

    @Test func aPictureTooLargeToDecodeIsRefused() throws {
        #expect(throws: SourceError.self) { try ProbedSource.probed(30_000, 30_000).plan() }
    }

    @Test(arguments: [(640, 360, VideoCodec.h264, 840.0), (1920, 1080, .h264, 2_813.3), (640, 360, .av1, 1_080)])
    func moreAndLargerRungsMayTakeLonger(width: Int, height: Int, codec: VideoCodec, seconds: Double) throws {
        let qualities = [1080, 720, 480, 360].map(Quality.init(lines:))
        let plan = try ProbedSource.probed(width, height).plan(TranscodeProfile(qualities: qualities, codecs: [codec]))
        let limit = TranscodeLimits().total(for: plan)
        #expect(abs(limit / .seconds(1) - seconds) < 2)
    }

    /// A playlist carries single quotes for double ones.
    @Test(arguments: [
        (["A (3)", "A", "A"], ["A (3)", "A", "A (3) (3)"]),
        (["x\"", "x'"], ["x\"", "x' (2)"]),
        (["", ""], ["Text 1", "Text 2"]),
    ])
    func namesOfTracksAreUnique(titles: [String], names: [String]) {
        #expect(TrackNames(titles.map { TrackNames.Track(title: $0) }, otherwise: "Text").all == names)
    }

    @Test func thePlanPrintsForPeopleAndForAShell() throws {
        let profile = TranscodeProfile(codecs: [.h264, .hevc], keepsHDR: true)
        let plan = try ProbedSource.probed(1280, 720, transfer: "smpte2084").plan(profile)
        let tools = MediaTools(ffmpeg: "/usr/bin/ffmpeg", ffprobe: "/usr/bin/ffprobe")
        let text = plan.text(source: "/films/it's here.mp4", tools: tools)
        #expect(text.contains("picture    #0 h264 1280x720, yuv420p, HDR (PQ)\n"))
        #expect(text.contains("rung       720p-hevc-hdr: 1280x720 hevc, at most 2925 kbit/s, HDR (PQ), 10 bit\n"))
        #expect(text.contains("sound      audio: AAC stereo, 128 kbit/s, Audio 1\n"))
        #expect(text.contains("-i 'file:/films/it'\\''s here.mp4' -filter_complex '"))
    }

    @Test func theCommandNamesOurFileAndDemuxerAndNothingElse() throws {
        let plan = try ProbedSource.probed(640, 360).plan()
        let outputs: [FilePath] = ["/s/0.mp4", "/s/1.mp4"]
        let arguments = FFmpegArguments(plan: plan, source: "/s/source", outputs: outputs, folder: "/s/50%").list
        let input = try #require(arguments.firstIndex(of: "-i"))
        #expect(arguments[input + 1] == "file:/s/source")
        #expect(arguments[..<input].contains("-nostdin"))
        #expect(Array(arguments[(input - 2)..<input]) == ["-f", "mov"])
        let whitelist = try #require(arguments.firstIndex(of: "-protocol_whitelist"))
        #expect(whitelist < input && arguments[whitelist + 1] == "file")
        #expect(arguments.contains("file:/s/1.mp4"))
        #expect(arguments.last == "file:/s/50%%/sheet_%d.jpg")
    }
}
