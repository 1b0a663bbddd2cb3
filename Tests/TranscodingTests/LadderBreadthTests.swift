import Foundation
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// Codecs, ranges, languages and what stands beside the picture, with the real ffmpeg.
@Suite(.serialized) struct LadderBreadthTests {
    @Test func everyCodecHasTheSameSegments() async throws {
        let profile = TranscodeProfile(
            qualities: [360, 180].map(Quality.init(lines:)),
            codecs: [.h264, .hevc, .av1],
            segmentSeconds: 2,
            gopSeconds: 1
        )
        try await withTranscoded(TestMedia.plain.file(), profile: profile) { video in
            for (suffix, codec) in [("", "h264"), ("-hevc", "hevc"), ("-av1", "av1")] {
                for lines in ["360p", "180p"] {
                    let track = try await video.track(lines + suffix)
                    #expect(track.codec == codec && track.frames == "120" && track.pixelFormat == "yuv420p")
                    let playlist = try video.text("\(lines)\(suffix)/stream.m3u8")
                    #expect(playlist == (try video.text("360p/stream.m3u8")))
                }
            }
            let codecs = video.result.renditions.map { $0.codecs.prefix(4) }
            #expect(codecs == ["avc1", "avc1", "hvc1", "hvc1", "av01", "av01"])
            let manifest = try video.text("manifest.mpd")
            #expect(manifest.components(separatedBy: "contentType=\"video\"").count == 4)
        }
    }

    @Test func aHighDynamicRangeIsKeptBesideTheStandardOne() async throws {
        let profile = TranscodeProfile(codecs: [.h264, .hevc], keepsHDR: true)
        try await withTranscoded(TestMedia.gradedHDR.file(), profile: profile) { video in
            let kept = try await video.track("360p-hevc-hdr")
            #expect(kept.pixelFormat == "yuv420p10le" && kept.transfer == "smpte2084" && kept.matrix == "bt2020nc")
            for name in ["360p", "360p-hevc"] {
                let mapped = try await video.track(name)
                #expect(mapped.pixelFormat == "yuv420p" && mapped.transfer == "bt709")
            }
            let master = try video.text("master.m3u8")
            let ranges = master.matches(of: /X-STREAM-INF:.*VIDEO-RANGE=(SDR|PQ)/).map { String($0.1) }
            #expect(ranges == ["SDR", "SDR", "PQ"])
            let probe = MediaProbe(tools: try MediaTools.locate())
            let source = try await probe.probe(TestMedia.gradedHDR.file())
            let whole = try await probe.probe(video.whole("360p-hevc-hdr"))
            #expect(source.video.mastering?.x265Parameters.last == "max-cll=1000,400")
            #expect(whole.video.mastering == source.video.mastering)
        }
    }

    @Test func languagesAndSurroundAreRenditionsWithNames() async throws {
        try await withTranscoded(TestMedia.film.file()) { video in
            let master = try video.text("master.m3u8")
            let sounds = master.split(separator: "\n").filter { $0.contains("TYPE=AUDIO") }
            let names = sounds.map { $0.firstMatch(of: /NAME="([^"]*)"/).map { String($0.1) } ?? "" }
            #expect(
                names == [
                    "English", "German", "A 'comment',URI='x' #EXT", "English", "German", "A 'comment',URI='x' #EXT",
                ]
            )
            #expect(sounds.filter { $0.contains("LANGUAGE=\"de\"") }.count == 2)
            #expect(sounds.map { $0.contains("CHANNELS=\"6\"") } == [false, false, false, true, true, true])
            #expect(sounds.map { $0.contains("DEFAULT=YES") } == [true, false, false, true, false, false])
            // The comment is in English too: a player cannot tell it from the film's own sound.
            #expect(sounds.map { $0.contains("AUTOSELECT=YES") } == [true, true, false, true, true, false])
            #expect(master.matches(of: /STREAM-INF:.*AUDIO="surround"/).count == 1)
            let surround = try await video.track("audio-surround")
            #expect(surround.codec == "aac")
            for folder in ["audio", "audio-2", "audio-3", "audio-surround", "audio-surround-2"] {
                let apart = abs(try video.seconds(folder) - video.seconds("360p"))
                #expect(apart < 0.0214)
            }
        }
    }

    @Test func textsAreWebVTTWithTheTimesThatTheyHad() async throws {
        try await withTranscoded(TestMedia.film.file()) { video in
            let english = try video.text("subtitles/subtitles.vtt")
            #expect(english.hasPrefix("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"))
            #expect(english.contains("00:01.000 --> 00:02.500\nHello"))
            #expect(english.contains("00:05.500 --> 00:06.900\nstill here"))
            let german = try video.text("subtitles-2/subtitles.vtt")
            #expect(
                german.contains("Guten Tag &amp; auf Wiedersehen") || german.contains("Guten Tag & auf Wiedersehen")
            )
            let master = try video.text("master.m3u8")
            #expect(master.contains(/TYPE=SUBTITLES.*NAME="German \(forced\)",LANGUAGE="de".*FORCED=YES/))
            #expect(master.contains(/STREAM-INF:.*SUBTITLES="subtitles"/))
            #expect(try video.text("manifest.mpd").contains("<BaseURL>subtitles-2/subtitles.vtt</BaseURL>"))
        }
    }

    @Test func previewsForTheSeekBarAreOnSheets() async throws {
        let profile = TranscodeProfile(
            qualities: [Quality(lines: 360)],
            sprites: SpriteLayout(columns: 2, rows: 1, interval: 1)
        )
        try await withTranscoded(TestMedia.plain.file(), profile: profile) { video in
            let sheet = try await video.track(file: "sprites/sheet_1.jpg")
            #expect(sheet.codec == "mjpeg" && sheet.width == 320 && sheet.height == 90)
            let text = try video.text("sprites/thumbnails.vtt")
            #expect(text.hasPrefix("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nsheet_0.jpg#xywh=0,0,160,90\n"))
            #expect(text.hasSuffix("00:00:03.000 --> 00:00:04.000\nsheet_1.jpg#xywh=160,0,160,90\n"))
            #expect(video.result.files.filter { $0.kind == .jpeg }.count == 3)
        }
    }

    @Test func aShortClipHasOnePreview() async throws {
        try await withTranscoded(TestMedia.silent.file()) { video in
            let sheet = try await video.track(file: "sprites/sheet_0.jpg")
            #expect(sheet.width == 160 && sheet.height == 90)
            #expect(try video.text("sprites/thumbnails.vtt").contains("00:00:00.000 --> 00:00:02.000"))
        }
    }
}
