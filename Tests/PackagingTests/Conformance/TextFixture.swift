@testable import Packaging

/// Subtitles in three segments and a list of tiles, added to an output by hand: VLog writes neither yet.
enum TextFixture {
    static func added(to files: MemoryFiles) -> MemoryFiles {
        var files = files
        let line = """
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English",LANGUAGE="en",URI="subs/stream.m3u8"
            #EXT-X-STREAM-INF
            """
        files.replaceFirst("#EXT-X-STREAM-INF", with: line, in: "master.m3u8")
        files.replace("AUDIO=\"audio\"", with: "AUDIO=\"audio\",SUBTITLES=\"subs\"", in: "master.m3u8")
        let lengths = ["6.006000", "6.006000", "2.002000"]
        var playlist = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        for (number, length) in lengths.enumerated() { playlist += "#EXTINF:\(length),\nsegment_\(number).vtt\n" }
        files.files["subs/stream.m3u8"] = Array((playlist + "#EXT-X-ENDLIST\n").utf8)
        let header = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n"
        let carried = "00:05.000 --> 00:07.000\nover the boundary\n\n"
        files.files["subs/segment_0.vtt"] = Array("\(header)00:01.000 --> 00:02.000\nfirst\n\n\(carried)".utf8)
        files.files["subs/segment_1.vtt"] = Array("\(header)\(carried)".utf8)
        files.files["subs/segment_2.vtt"] = Array(header.utf8)
        addTiles(to: &files)
        return files
    }

    private static func addTiles(to files: inout MemoryFiles) {
        files.files["sprites.vtt"] = Array(
            """
            WEBVTT

            00:00.000 --> 00:10.000
            sprites.png#xywh=0,0,160,90

            00:10.000 --> 00:14.014
            sprites.png#xywh=160,0,160,90

            """.utf8
        )
        // The header of a PNG of 320×90 is all that is looked at.
        files.files["sprites.png"] =
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
            + [0, 0, 1, 64, 0, 0, 0, 90, 8, 2, 0, 0, 0]
    }
}
