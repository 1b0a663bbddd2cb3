import Foundation
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import Transcoding

/// Texts that are shown without being asked for, beside others in the same language, with the real ffmpeg.
@Suite(.serialized) struct ForcedSubtitleTests {
    @Test(arguments: [TestMedia.signs, .signsInMP4])
    func aForcedTextIsMarkedInBothManifests(_ source: TestMedia) async throws {
        try await withTranscoded(source.file()) { video in
            #expect(
                try texts(of: video.text("master.m3u8")) == [
                    "NAME=\"English (forced)\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,"
                        + "URI=\"subtitles/stream.m3u8\"",
                    "NAME=\"English\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,URI=\"subtitles-2/stream.m3u8\"",
                    "NAME=\"English (3)\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=NO,URI=\"subtitles-3/stream.m3u8\"",
                    "NAME=\"Subtitles 4\",LANGUAGE=\"und\",DEFAULT=NO,AUTOSELECT=YES,URI=\"subtitles-4/stream.m3u8\"",
                ]
            )
            let roles = try roles(in: video.text("manifest.mpd"))
            #expect(roles == ["forced-subtitle", "subtitle", "subtitle", "subtitle"])
            #expect(try video.text("subtitles/subtitles.vtt").contains("00:01.000 --> 00:02.000\nExit\n"))
            #expect(try video.text("subtitles-2/subtitles.vtt").contains("00:01.500 --> 00:03.000\nHello\n"))
        }
    }

    @Test func withoutAForcedTextNothingIsForced() async throws {
        try await withTranscoded(TestMedia.signsAsked.file()) { video in
            let master = try texts(of: video.text("master.m3u8"))
            #expect(master.count == 4 && !master.contains { $0.contains("FORCED") })
            #expect(master.map { $0.contains("AUTOSELECT=YES") } == [true, false, false, true])
            #expect(master.map { $0.prefix { $0 != "," } }.prefix(2) == ["NAME=\"English\"", "NAME=\"English (2)\""])
            #expect(try roles(in: video.text("manifest.mpd")) == Array(repeating: "subtitle", count: 4))
        }
    }

    @Test func transportStreamsHaveThemToo() async throws {
        let profile = TranscodeProfile(qualities: [Quality(lines: 360)], format: .transportStream)
        try await withTranscoded(TestMedia.signs.file(), profile: profile) { video in
            let master = try texts(of: video.text("master.m3u8"))
            #expect(master.map { $0.contains("AUTOSELECT=YES,FORCED=YES") } == [true, false, false, false])
        }
    }

    @Test func thePlanSaysWhichTextIsForced() async throws {
        let tools = try MediaTools.locate()
        let probe = MediaProbe(tools: tools)
        let text = try await probe.probe(TestMedia.signs.file()).plan().text(source: "/signs.mkv", tools: tools)
        #expect(text.contains("\ntext       #1 subrip, en, forced\ntext       #2 subrip, en\n"))
        #expect(
            text.contains(
                "\ntext       subtitles: WebVTT, English (forced), shown without being asked for\n"
                    + "text       subtitles-2: WebVTT, English\n"
            )
        )
        let other = try await probe.probe(TestMedia.signsAsked.file()).plan().text(source: "/signs.mkv", tools: tools)
        #expect(!other.contains("forced") && !other.contains("without being asked"))
    }

    /// The attributes of each text after those that are the same for all.
    private func texts(of master: String) -> [String] {
        let start = "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subtitles\","
        return master.split(separator: "\n").filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    }

    private func roles(in manifest: String) -> [String] {
        let sets = manifest.components(separatedBy: "<AdaptationSet").filter { $0.contains("contentType=\"text\"") }
        return sets.map { set in
            let role = set.firstMatch(of: /<Role schemeIdUri="urn:mpeg:dash:role:2011" value="([^"]*)"/)
            return role.map { String($0.1) } ?? ""
        }
    }
}
