import Foundation
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// The whole way, with the real ffmpeg: from a file to what a player reads.
@Suite(.serialized) struct TranscoderTests {
    @Test func clipWithSoundBecomesOneRungAndOneSoundTrack() async throws {
        try await withTranscoded(TestMedia.plain.file()) { video in
            #expect(video.result.renditions.map(\.quality.rawValue) == ["360p"])
            #expect(abs(video.result.duration - 4) < 0.03)
            let picture = try await video.track("360p")
            #expect(picture.width == 640 && picture.height == 360)
            #expect(picture.profile == "High" && picture.pixelFormat == "yuv420p" && picture.level == 30)
            #expect(picture.frames == "120")
            let sound = try await video.track("audio")
            #expect(sound.codec == "aac")
            #expect(abs(try video.seconds("audio") - video.seconds("360p")) < 0.0214)
            let thumbnail = try await video.track(file: "thumbnail.jpg")
            #expect(thumbnail.codec == "mjpeg" && thumbnail.width == 640 && thumbnail.height == 360)
        }
    }

    @Test func everyFileOfTheResultIsThereAndNoOther() async throws {
        try await withTranscoded(TestMedia.plain.file()) { video in
            let found = try FileManager.default.subpathsOfDirectory(atPath: video.folder.string)
                .filter { $0.contains(".") }.sorted()
            #expect(found == video.result.files.map(\.rawValue))
            let master = try video.text("master.m3u8")
            #expect(master.contains("360p/stream.m3u8") && master.contains("audio/stream.m3u8"))
        }
    }

    @Test func severalRungsHaveTheSamePictures() async throws {
        let profile = TranscodeProfile(
            qualities: [360, 240, 144].map(Quality.init(lines:)),
            segmentSeconds: 2,
            gopSeconds: 1
        )
        try await withTranscoded(TestMedia.plain.file(), profile: profile) { video in
            for (name, size) in [("360p", 640), ("240p", 426), ("144p", 256)] {
                let track = try await video.track(name)
                #expect(track.width == size && track.frames == "120")
                let seconds = try video.seconds(name)
                #expect(seconds == 4)
                #expect(video.result.files.contains { $0.rawValue == "\(name)/segment_1.m4s" })
            }
        }
    }

    @Test func withoutSoundThereIsOnlyThePicture() async throws {
        try await withTranscoded(TestMedia.silent.file()) { video in
            #expect(video.result.files.allSatisfy { !$0.rawValue.hasPrefix("audio") })
            let master = try video.text("master.m3u8")
            #expect(!master.contains("mp4a"))
            let track = try await video.track("180p")
            #expect(track.frameRate == "25/1")
        }
    }

    @Test func aTurnedClipIsUpright() async throws {
        try await withTranscoded(TestMedia.rotated.file()) { video in
            let track = try await video.track("360p")
            #expect(track.width == 360 && track.height == 640)
        }
    }

    @Test func anOddClipOfVariableRateGetsEvenSizesAndAConstantRate() async throws {
        try await withTranscoded(TestMedia.oddVariableRate.file()) { video in
            #expect(video.result.renditions.map { [$0.width, $0.height] } == [[852, 478], [642, 360]])
            let track = try await video.track("480p")
            #expect(track.pixelShape == "1:1" && track.frameRate == "30/1")
            #expect(track.frames == "90")
        }
    }

    @Test func tenBitsBecomeEight() async throws {
        try await withTranscoded(TestMedia.tenBit.file()) { video in
            let format = try await video.track("360p").pixelFormat
            #expect(format == "yuv420p")
        }
    }

    @Test func highDynamicRangeBecomesStandard() async throws {
        try await withTranscoded(TestMedia.highDynamicRange.file()) { video in
            let track = try await video.track("360p")
            #expect(track.pixelFormat == "yuv420p" && track.transfer == "bt709" && track.matrix == "bt709")
        }
    }

    @Test func interlacedWidePixelsBecomeProgressiveSquareOnes() async throws {
        let profile = TranscodeProfile(qualities: [Quality(lines: 360)])
        try await withTranscoded(TestMedia.interlaced.file(), profile: profile) { video in
            let track = try await video.track("360p")
            #expect(track.width == 640 && track.height == 360 && track.frameRate == "50/1")
        }
    }

    @Test func theLastPictureStaysWhileTheSoundGoesOn() async throws {
        try await withTranscoded(TestMedia.longerSound.file()) { video in
            let (picture, sound) = try (video.seconds("180p"), video.seconds("audio"))
            #expect(abs(picture - 4) < 0.05)
            #expect(abs(picture - sound) < 0.0214)
        }
    }

    @Test func aRecordingThatSaysNoLengthIsMeasured() async throws {
        try await withTranscoded(TestMedia.lengthless.file()) { video in
            #expect(abs(video.result.duration - 2) < 0.05)
        }
    }

    @Test func flashAndBeepStayTogether() async throws {
        try await withTranscoded(TestMedia.flashAndBeep.file()) { video in
            let flash = try await video.flash("180p", rate: 30)
            let beep = try await video.beep("audio")
            #expect(abs(flash - 2) < 0.001)
            #expect(abs(beep - 2) < 0.005)
        }
    }

    @Test func progressRisesAndTellsOfEachRung() async throws {
        try await withTemporaryDirectory { directory in
            let seen = Seen()
            _ = try await transcode(TestMedia.plain.file(), scratch: directory, sink: ClosureSink()) { seen.add($0) }
            let percents = seen.all.map(\.percent)
            #expect(percents == percents.sorted())
            // Even of an ffmpeg that says nothing before it ends.
            for progress in seen.all {
                #expect(progress.percent >= 0.98 * (progress.qualities.map(\.percent).min() ?? 0))
            }
            #expect(seen.all.first?.stage == .probing)
            #expect(seen.all.last?.qualities.map(\.quality.rawValue) == ["360p"])
        }
    }

    @Test func aPlaylistComesAfterTheSegmentsItNamesAlsoWhenTheSinkIsSlow() async throws {
        let profile = TranscodeProfile(
            qualities: [360, 240].map(Quality.init(lines:)),
            segmentSeconds: 1,
            gopSeconds: 1
        )
        try await withTemporaryDirectory { directory in
            let folder = directory.appending("out")
            let store = DirectorySink(folder: folder)
            let sink = SlowSink(store: store, folder: folder)
            let result = try await transcode(TestMedia.plain.file(), scratch: directory, sink: sink, profile: profile)
            #expect(sink.missing.isEmpty)
            #expect(result.files.filter { $0.kind == .segment }.count == 12)
        }
    }
}
