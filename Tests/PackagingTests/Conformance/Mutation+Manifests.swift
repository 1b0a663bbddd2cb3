extension Mutation {
    private static let name = "manifest.mpd"

    static let manifests: [Mutation] = [
        .replacing("MPD-01", "isoff-live", "isoff-main", in: name),
        .replacing("MPD-01", "</Period>", "", in: name),
        .replacing("MPD-01", "<MPD", "<!DOCTYPE MPD [<!ENTITY a \"b\">]><MPD", in: name),
        .replacing("MPD-02", "mediaPresentationDuration=\"PT14", "mediaPresentationDuration=\"PT24", in: name),
        .replacing("MPD-02", "mediaPresentationDuration=\"PT14", "mediaPresentationDuration=\"P1MT14", in: name),
        .replacing("MPD-03", " startNumber=\"0\"", "", in: name),
        .replacing("MPD-03", "segment_$Number$", "part_$Number$", in: name),
        .replacing("MPD-04", "d=\"180180\"", "d=\"180181\"", in: name),
        .replacing("MPD-04", " r=\"1\"", " r=\"-2\"", in: name),
        .replacing("MPD-05", "EXTINF:6.006000", "EXTINF:6.016000", in: "180p/stream.m3u8"),
        .replacing("MPD-06", "segmentAlignment=\"true\"", "segmentAlignment=\"false\"", in: name),
        .replacing("MPD-06", "maxWidth=\"320\"", "maxWidth=\"640\"", in: name),
        .replacing("MPD-07", "segmentAlignment=", "bitstreamSwitching=\"true\" segmentAlignment=", in: name),
        .replacing("MPD-08", " bandwidth=\"", " bandwidth=\"1\" was=\"", in: name),
        .replacing("MPD-09", "audioSamplingRate=\"48000\"", "audioSamplingRate=\"44100\"", in: name),
        .replacing("MPD-10", "frameRate=\"30000/1001\"", "frameRate=\"30\"", in: name),
        .replacing("MPD-10", "id=\"120p\"", "id=\"180p\"", in: name, also: ["COD-01", "MPD-08"]),
        .replacing("MPD-12", " sar=\"1:1\"", " sar=\"1:1\" maxPlayoutRate=\"8\"", in: name),
        .replacing("COD-01", "codecs=\"avc1.", "codecs=\"avc1.6", in: name),
        Mutation("DIR-01", "a temporary file") { $0.files["180p/segment_9.m4s.tmp"] = [0] },
        Mutation("DIR-01", "a segment that nothing names") { $0.files["180p/segment_9.m4s"] = [0] },
    ]

    static let texts: [Mutation] = [
        text("VTT-01", "WEBVTT", "WEBVT", in: "sprites.vtt"),
        text("VTT-01", "00:10.000 -->", "00:15.000 -->", in: "sprites.vtt", also: ["VTT-04"]),
        text("VTT-01", "00:02.000\n", "00:02\n", in: "subs/segment_0.vtt"),
        text("VTT-02", "over the boundary", "something else", in: "subs/segment_1.vtt"),
        text("VTT-02", "X-TIMESTAMP-MAP=", "NOTE ", in: "subs/segment_2.vtt"),
        text("VTT-02", "MPEGTS:0", "MPEGTS:900000", in: "subs/segment_2.vtt"),
        text("VTT-03", ",LANGUAGE=\"en\",URI=\"subs", ",URI=\"subs", in: "master.m3u8"),
        text("VTT-03", ",LANGUAGE=\"en\",URI=\"subs", ",LANGUAGE=\"en\",FORCED=YES,URI=\"subs", in: "master.m3u8"),
        text("VTT-03", "\"subs\",NAME", "\"subs\",DEFAULT=YES,AUTOSELECT=NO,NAME", in: "master.m3u8"),
        text("VTT-03", "TYPE=AUDIO", "TYPE=AUDIO,FORCED=NO", in: "master.m3u8"),
        text("VTT-03", "EXTINF:2.002000", "EXTINF:1.002000", in: "subs/stream.m3u8"),
        text("VTT-04", "160,0,160,90", "161,0,160,90", in: "sprites.vtt"),
        text("VTT-04", "00:10.000 --> 00:14", "00:11.000 --> 00:14", in: "sprites.vtt"),
        text("VTT-04", "sprites.png#", "../sprites.png#", in: "sprites.vtt"),
    ]

    private static func text(
        _ rule: String,
        _ old: String,
        _ new: String,
        in name: String,
        also: Set<String> = []
    ) -> Mutation {
        Mutation(rule, "'\(old)' becomes '\(new)' in \(name)", base: .texts, also: also) { files in
            files.replaceFirst(old, with: new, in: name)
        }
    }
}
