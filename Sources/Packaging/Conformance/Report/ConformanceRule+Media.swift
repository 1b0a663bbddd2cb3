extension ConformanceRule {
    static let codecs = [avcCodec, hevcCodec, av1Codec, audioCodec, levels, codecAgreement]

    static let avcCodec = ConformanceRule(
        "COD-01",
        .must,
        "RFC 6381 3.3; ISO/IEC 14496-15 annex E; Apple HLS authoring 1.10",
        "H.264 is in avc1, and its codec string is profile, constraints and level of avcC."
    )
    static let hevcCodec = ConformanceRule(
        "COD-02",
        .must,
        "ISO/IEC 14496-15 annex E.3; Apple HLS authoring 1.10",
        "HEVC is in hvc1, and its codec string is what hvcC says."
    )
    static let av1Codec = ConformanceRule(
        "COD-03",
        .must,
        "AV1 in ISOBMFF 5",
        "The codec string of AV1 is what av1C says."
    )
    static let audioCodec = ConformanceRule(
        "COD-04",
        .must,
        "RFC 6381 3.3; Apple HLS authoring 2.4",
        "The codec string of the sound is what its sample entry says."
    )
    static let levels = ConformanceRule(
        "COD-05",
        .must,
        "ITU-T H.264 annex A; ITU-T H.265 annex A; Apple HLS authoring 1.3, 1.6, 1.11",
        "The level is what size and rate need, H.264 is 8-bit 4:2:0, and HEVC is Main or Main 10."
    )
    static let codecAgreement = ConformanceRule(
        "COD-06",
        .must,
        "ISO/IEC 23009-1 5.3.7.2; ISO/IEC 14496-15 5.3.3",
        "Configuration record, parameter sets and both manifests tell of the same stream."
    )

    static let initializations = [
        fileType, emptyMovie, videoEdit, audioEdit, parameterSets, colour, squarePixels, switchingSet,
        masteringDisplay,
    ]

    static let fileType = ConformanceRule(
        "INI-01",
        .must,
        "RFC 8216bis 3.1.2; CMAF A.2",
        "An init segment is ftyp and moov, with the brands iso6 and cmfc."
    )
    static let emptyMovie = ConformanceRule(
        "INI-02",
        .must,
        "RFC 8216bis 3.1.2; ISO/IEC 14496-12 8.8",
        "An init segment has one track, movie extends, empty sample tables, no duration and no media."
    )
    static let videoEdit = ConformanceRule(
        "INI-03",
        .must,
        "CMAF 9.2.1; DASH-IF IOP 6.2.5.2",
        "Pictures start at their decode time: by one edit over unsigned offsets, or by signed offsets and no edit."
    )
    static let audioEdit = ConformanceRule(
        "INI-04",
        .must,
        "CMAF 7.5; ISO/IEC 14496-12 8.6.6",
        "Sound has at most one edit, which is not empty."
    )
    static let parameterSets = ConformanceRule(
        "INI-05",
        .must,
        "ISO/IEC 14496-15 5.3; Apple HLS authoring 1.10",
        "The init segment holds all parameter sets."
    )
    static let colour = ConformanceRule(
        "INI-06",
        .must,
        "CMAF 7.3.2.4; Apple HLS authoring 1.8, 1.35",
        "Box colr agrees with the parameter sets, and high dynamic range has it."
    )
    static let squarePixels = ConformanceRule(
        "INI-07",
        .must,
        "ISO/IEC 14496-12 12.1.4, 6.2.2",
        "Pixels are square, and the picture is not turned by its track header."
    )
    static let switchingSet = ConformanceRule(
        "INI-08",
        .must,
        "CMAF 7.3.4.1; DASH-IF IOP 6.2.5.2",
        "All rungs of one codec and range have the same timescale, track number and colour."
    )

    /// A source without one is common, and a made-up one worse than none.
    static let masteringDisplay = ConformanceRule(
        "INI-09",
        .should,
        "SMPTE ST 2086; CTA-861.3; Apple HLS authoring 1.8",
        "HDR10 has the mastering display's colour volume."
    )

    static let segments = [
        segmentBoxes, fragmentAddressing, decodeTimes, wideDecodeTimes, fragmentOrder, zeroStart, startsWithKeyFrame,
        closedGroups, equalGroups, progressive, audioFrames, transportStream,
    ]

    static let segmentBoxes = ConformanceRule(
        "SEG-01",
        .must,
        "ISO/IEC 14496-12 8.16.2, 8.16.3; CMAF 7.3.2.3",
        "A segment is styp, at most one sidx, then pairs of moof and mdat with one track each."
    )
    static let fragmentAddressing = ConformanceRule(
        "SEG-02",
        .must,
        "RFC 8216bis 3.1.2; CMAF 7.3.2.3",
        "Sample data is addressed from the moof and lies in its own mdat."
    )
    static let decodeTimes = ConformanceRule(
        "SEG-03",
        .must,
        "ISO/IEC 14496-12 8.8.12; Apple HLS authoring 7.3; CMAF 7.3.2.2",
        "Every fragment has a tfdt, which is the end of the one before it."
    )
    static let wideDecodeTimes = ConformanceRule(
        "SEG-04",
        .must,
        "ISO/IEC 14496-12 8.8.12",
        "A tfdt cannot overflow."
    )
    static let fragmentOrder = ConformanceRule(
        "SEG-05",
        .must,
        "ISO/IEC 14496-12 8.8.5",
        "Sequence numbers of fragments rise."
    )
    static let zeroStart = ConformanceRule(
        "SEG-06",
        .must,
        "DASH-IF IOP 6.2.5.2; CMAF 9.2.1",
        "The first picture and the first sound are shown at time zero."
    )
    static let startsWithKeyFrame = ConformanceRule(
        "SEG-10",
        .must,
        "Apple HLS authoring 7.4; CMAF 7.3.2.4; ISO/IEC 14496-15",
        "Every segment of pictures starts with a key frame, by its flags and by its bits."
    )
    static let closedGroups = ConformanceRule(
        "SEG-11",
        .must,
        "Apple HLS authoring 7.4; ISO/IEC 23009-1 4.5.2",
        "No picture of a segment is shown before the one that it starts with."
    )
    static let equalGroups = ConformanceRule(
        "SEG-12",
        .must,
        "CMAF 7.3.4; ISO/IEC 23009-1 5.3.3.2",
        "Key frames come at the same times in all rungs."
    )
    static let progressive = ConformanceRule(
        "SEG-14",
        .must,
        "Apple HLS authoring 1.14",
        "Pictures are whole frames, not fields."
    )
    static let audioFrames = ConformanceRule(
        "SEG-15",
        .must,
        "Apple HLS authoring 8.3",
        "Frames of sound all last the same, and no segment is without one."
    )
    static let transportStream = ConformanceRule(
        "SEG-16",
        .must,
        "RFC 8216bis 3.1.1; ISO/IEC 13818-1 2.4; Apple HLS authoring 7.2",
        "A transport stream segment starts with PAT and PMT, has one program, and its continuity counters run on."
    )
}
