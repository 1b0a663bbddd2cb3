extension Mutation {
    static let playlists = [
        Mutation("HLS-01", "a byte order mark") { files in
            files.files["180p/stream.m3u8"]?.insert(contentsOf: [0xEF, 0xBB, 0xBF], at: 0)
        },
        .replacing("HLS-02", "#EXT-X-VERSION:7", "#EXT-X-VERSION:5", in: "180p/stream.m3u8"),
        .replacing("HLS-02", "#EXT-X-VERSION:7", "#EXT-X-VERSION:7\n#EXT-X-VERSION:7"),
        .replacing("HLS-03", "TYPE=AUDIO", "TYPE=\"AUDIO\""),
        .replacing("HLS-03", "LANGUAGE=\"en\"", "LANGUAGE=\"en\",LANGUAGE=\"en\""),
        Mutation("HLS-04", "a segment is missing", also: ["MPD-03"]) { $0.files["180p/segment_1.m4s"] = nil },
        Mutation("HLS-04", "a segment is empty", also: ["MPD-03"]) { $0.files["180p/segment_1.m4s"] = [] },
        .replacing("HLS-04", "segment_1.m4s", "../../segment_1.m4s", in: "90p/stream.m3u8", also: ["MPD-05"]),
        .replacing("HLS-04", "segment_1.m4s", "https://a.test/segment_1.m4s", in: "90p/stream.m3u8", also: ["MPD-05"]),
        .replacing("HLS-05", "#EXT-X-VERSION:7", "#EXT-X-VERSION:7\n#EXT-X-ENDLIST"),
        .replacing("HLS-10", "TARGETDURATION:6", "TARGETDURATION:6.0", in: "180p/stream.m3u8"),
        Mutation("HLS-11", "a target duration of five seconds", also: ["HLS-10"]) { files in
            for folder in ["180p", "120p", "90p", "audio"] {
                files.replace("TARGETDURATION:6", with: "TARGETDURATION:5", in: "\(folder)/stream.m3u8")
            }
        },
        .replacing("HLS-12", "TARGETDURATION:6", "TARGETDURATION:7", in: "audio/stream.m3u8"),
        Mutation("HLS-13", "durations that are off in the middle", also: ["MPD-05"]) { files in
            files.replaceFirst("EXTINF:6.006000", with: "EXTINF:6.106000", in: "180p/stream.m3u8")
            files.replaceFirst("EXTINF:6.006000", with: "EXTINF:5.906000", in: "180p/stream.m3u8")
        },
        Mutation("HLS-14", "no end") { $0.remove(line: "#EXT-X-ENDLIST", in: "180p/stream.m3u8") },
        Mutation("HLS-14", "no type") { $0.remove(line: "#EXT-X-PLAYLIST-TYPE", in: "180p/stream.m3u8") },
        .replacing("HLS-14", "EXTINF:2.002", "EXTINF:2.202", in: "180p/stream.m3u8", also: ["HLS-13", "MPD-05"]),
        .replacing("HLS-16", "SEQUENCE:0", "SEQUENCE:1", in: "90p/stream.m3u8"),
        Mutation("HLS-17", "no map") { $0.remove(line: "#EXT-X-MAP", in: "180p/stream.m3u8") },
        Mutation("HLS-18", "independence is not said") { files in
            files.remove(line: "#EXT-X-INDEPENDENT", in: "master.m3u8")
            files.remove(line: "#EXT-X-INDEPENDENT", in: "180p/stream.m3u8")
        },
        Mutation("HLS-19", "a discontinuity in one rung") { files in
            files.replace("segment_0.m4s", with: "segment_0.m4s\n#EXT-X-DISCONTINUITY", in: "90p/stream.m3u8")
        },
    ]

    static let variants: [Mutation] = [
        .replacing("HLS-30", ",FRAME-RATE=29.970", ""),
        .replacing("HLS-31", "STREAM-INF:BANDWIDTH=", "STREAM-INF:BANDWIDTH=9", also: ["HLS-43"]),
        .replacing("HLS-32", "AVERAGE-BANDWIDTH=", "AVERAGE-BANDWIDTH=9"),
        Mutation("HLS-33", "a segment that is far above the others", also: ["HLS-31", "HLS-32", "MPD-08"]) { files in
            files.pad("180p/segment_0.m4s", by: 4_000_000)
        },
        .replacing("HLS-34", "RESOLUTION=320x180", "RESOLUTION=322x180"),
        .replacing("HLS-34", "RESOLUTION=320x180", "RESOLUTION=321x180"),
        .replacing("HLS-35", "FRAME-RATE=29.970", "FRAME-RATE=30.000"),
        .replacing("HLS-36", "FRAME-RATE=29.970", "FRAME-RATE=29.970,VIDEO-RANGE=PQ"),
        .replacing("HLS-38", ",mp4a.40.2", ""),
        .replacing("HLS-38", ",mp4a.40.2", ",mp4a.40.2,ec-3"),
        .replacing("HLS-40", ",CHANNELS=\"2\"", ""),
        .replacing("HLS-40", "CHANNELS=\"2\"", "CHANNELS=\"6\""),
        .replacing("HLS-40", "AUTOSELECT=YES", "AUTOSELECT=NO"),
        Mutation("HLS-41", "two groups with other members") { files in
            let line = """
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="b",NAME="Other",CHANNELS="2",URI="audio/stream.m3u8"
                #EXT-X-STREAM-INF
                """
            files.replaceFirst("#EXT-X-STREAM-INF", with: line, in: "master.m3u8")
        },
        Mutation("HLS-42", "sound in mono", also: ["HLS-40", "MPD-09"]) { files in
            // AudioSpecificConfig: 48 kHz, 2 channels become 1.
            guard var bytes = files.files["audio/init.mp4"] else { return }
            for index in bytes.indices.dropLast() where bytes[index] == 0x11 && bytes[index + 1] == 0x90 {
                bytes[index + 1] = 0x88
            }
            files.files["audio/init.mp4"] = bytes
        },
        Mutation("HLS-43", "the variants in another order") { files in
            var lines = files.text("master.m3u8").split(separator: "\n")
            guard let first = lines.firstIndex(where: { $0.hasPrefix("#EXT-X-STREAM-INF") }) else { return }
            let variant = lines[first...(first + 1)]
            lines.removeSubrange(first...(first + 1))
            files.files["master.m3u8"] = Array(((lines + variant).joined(separator: "\n") + "\n").utf8)
        },
        .replacing("HLS-44", "FRAME-RATE=29.970", "FRAME-RATE=29.970,CLOSED-CAPTIONS=NONE"),
        Mutation("HLS-45", "no I-frame variants") { $0.remove(line: "#EXT-X-I-FRAME-STREAM-INF", in: "master.m3u8") },
        .replacing("HLS-45", "I-FRAME-STREAM-INF:", "I-FRAME-STREAM-INF:FRAME-RATE=29.970,"),
        .replacing("HLS-46", "@", "@1", in: "180p/iframes.m3u8"),
        Mutation("HLS-46", "the list does not say what it is", also: ["HLS-20", "MPD-05"]) { files in
            files.remove(line: "#EXT-X-I-FRAMES-ONLY", in: "180p/iframes.m3u8")
        },
        Mutation("HLS-47", "I-frames four seconds apart") { files in
            files.replaceFirst("TARGETDURATION:2", with: "TARGETDURATION:4", in: "180p/iframes.m3u8")
            files.replaceFirst("EXTINF:2.002000", with: "EXTINF:4.004000", in: "180p/iframes.m3u8")
            files.replaceFirst("EXTINF:2.002000", with: "EXTINF:0.000000", in: "180p/iframes.m3u8")
        },
        .replacing("COD-01", "CODECS=\"avc1.", "CODECS=\"avc1.6"),
        .replacing("COD-04", "mp4a.40.2", "mp4a.40.5"),
    ]
}
