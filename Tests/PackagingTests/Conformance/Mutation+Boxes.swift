extension Mutation {
    /// Distances count from the type of a box.
    static let boxes: [Mutation] = [
        Mutation("COD-05", "level 5.2 for a small picture", also: ["COD-01"]) { files in
            for offset in [7, 15] { files.patch("avcC", at: offset, [52], in: "180p/init.mp4") }
        },
        Mutation("COD-06", "a parameter set of another level") { files in
            files.patch("avcC", at: 15, [22], in: "180p/init.mp4")
        },
        Mutation("INI-01", "not of CMAF") { $0.patch("cmfc", at: 0, Array("none".utf8), in: "180p/init.mp4") },
        Mutation("INI-02", "a movie with a duration") { $0.patch("mvhd", at: 23, [9], in: "180p/init.mp4") },
        Mutation("INI-03", "an edit over signed offsets") { $0.patch("trun", at: 4, [1], in: "180p/segment_0.m4s") },
        Mutation("INI-05", "no parameter sets") { $0.patch("avcC", at: 9, [0xE0], in: "180p/init.mp4") },
        Mutation("INI-06", "a colour that is not that of the bits", base: .coloured) { files in
            files.patch("nclx", at: 8, [0, 5], in: "180p/init.mp4")
        },
        Mutation("INI-07", "a picture on its side") { files in
            files.patch("tkhd", at: 44, [0, 0, 0, 0, 0, 1, 0, 0], in: "180p/init.mp4")
        },
        Mutation("INI-08", "a rung with another track number") { files in
            files.patch("tkhd", at: 19, [7], in: "90p/init.mp4")
            files.patch("trex", at: 11, [7], in: "90p/init.mp4")
            for number in 0...2 {
                for fragment in 0...2 { files.patch("tfhd", fragment, at: 11, [7], in: "90p/segment_\(number).m4s") }
            }
        },
        Mutation("SEG-01", "a box behind the last mdat") { files in
            files.files["180p/segment_1.m4s"]?.append(contentsOf: [0, 0, 0, 8] + Array("free".utf8))
        },
        Mutation("SEG-01", "a segment that is cut off", also: ["SEG-02"]) { files in
            files.files["180p/segment_2.m4s"]?.removeLast(20)
        },
        Mutation("SEG-02", "data that is not addressed from the moof") { files in
            files.patch("tfhd", at: 5, [0], in: "180p/segment_1.m4s")
        },
        Mutation("SEG-03", "a gap of a tick", also: ["SEG-12"]) { files in
            files.patch("tfdt", 1, at: 15, [0xFE], in: "180p/segment_1.m4s")
        },
        Mutation("SEG-04", "a time of 32 bits near its end", also: ["SEG-03", "SEG-06", "MPD-04", "HLS-21"]) { files in
            files.patch("tfdt", at: 4, [0, 0, 0, 0, 0xF0], in: "audio/segment_0.m4s")
        },
        Mutation("SEG-05", "a sequence that starts again") { files in
            files.patch("mfhd", at: 8, [0, 0, 0, 0], in: "180p/segment_2.m4s")
        },
        Mutation("SEG-06", "pictures that start late", base: .coloured) { files in
            files.patch("elst", at: 16, [0, 0, 0, 0], in: "180p/init.mp4")
        },
        Mutation("SEG-10", "a segment without a sync sample", also: ["SEG-12", "HLS-20", "HLS-46"]) { files in
            files.patch("trun", at: 16, [1, 1, 0, 0], in: "180p/segment_1.m4s")
        },
        Mutation("SEG-11", "a picture before its key frame") { files in
            files.patch("trun", 1, at: 32, [0, 0, 0, 0], in: "180p/segment_1.m4s")
        },
        Mutation("SEG-12", "a key frame that is missing in one rung", also: ["HLS-20", "HLS-46"]) { files in
            files.patch("trun", 1, at: 16, [1, 1, 0, 0], in: "180p/segment_1.m4s")
        },
        Mutation("SEG-15", "a frame of sound without bytes") { files in
            files.patch("trun", at: 16, [0, 0, 0, 0], in: "audio/segment_1.m4s")
        },
    ]
}
