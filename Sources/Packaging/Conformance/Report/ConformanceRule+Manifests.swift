extension ConformanceRule {
    static let manifests = [
        manifestForm, manifestDuration, segmentTemplate, segmentTimeline, sameBoundaries, adaptationSets,
        bitstreamSwitching, representationBandwidth, audioDescription, representationAttributes,
        dynamicRangeProperties, trickModes,
    ]

    static let manifestForm = ConformanceRule(
        "MPD-01",
        .must,
        "ISO/IEC 23009-1 5.3.1.2, 8.4",
        "A manifest is well-formed XML of DASH's namespace with the live profile, minBufferTime and type."
    )
    static let manifestDuration = ConformanceRule(
        "MPD-02",
        .must,
        "ISO/IEC 23009-1 5.3.1.2; DASH-IF IOP 3.2.7.4",
        "A static manifest lasts as long as its longest track, without years or months."
    )
    static let segmentTemplate = ConformanceRule(
        "MPD-03",
        .must,
        "ISO/IEC 23009-1 5.3.9.2, 5.3.9.4",
        "Templates expand to files that exist, and their timescale is that of the track."
    )
    static let segmentTimeline = ConformanceRule(
        "MPD-04",
        .must,
        "ISO/IEC 23009-1 5.3.9.6",
        "Times and durations of segments are those of their samples, without gap or overlap."
    )
    static let sameBoundaries = ConformanceRule(
        "MPD-05",
        .must,
        "ISO/IEC 23000-19 7.3.4",
        "DASH and HLS have the same segments where they name the same files."
    )
    static let adaptationSets = ConformanceRule(
        "MPD-06",
        .must,
        "ISO/IEC 23009-1 5.3.3.2",
        "A set holds one codec of one type, is aligned, starts with SAP 1, and knows its largest size."
    )
    static let bitstreamSwitching = ConformanceRule(
        "MPD-07",
        .must,
        "DASH-IF IOP 6.2.5.2; ISO/IEC 23009-1 5.3.3.2",
        "bitstreamSwitching is not promised where every rung has an init segment with its own parameter sets."
    )
    static let representationBandwidth = ConformanceRule(
        "MPD-08",
        .must,
        "ISO/IEC 23009-1 5.3.5.2",
        "At @bandwidth bits per second a buffer of minBufferTime never runs dry."
    )
    static let audioDescription = ConformanceRule(
        "MPD-09",
        .must,
        "ISO/IEC 23009-1 5.8.5.4, 5.3.7.2",
        "Sound says its channels and its sampling rate."
    )
    static let representationAttributes = ConformanceRule(
        "MPD-10",
        .must,
        "ISO/IEC 23009-1 5.3.5.2, 5.3.7.2",
        "A representation has a unique id, a bandwidth, a MIME type, and size and rate of its pictures."
    )
    static let dynamicRangeProperties = ConformanceRule(
        "MPD-11",
        .should,
        "ETSI TS 103 285 5.2.2",
        "High dynamic range is said by the properties for primaries, transfer and matrix."
    )
    static let trickModes = ConformanceRule(
        "MPD-12",
        .should,
        "DASH-IF IOP 3.2.9, 6.2.6",
        "Sets for trick modes and thumbnails are marked as such."
    )

    static let texts = [cueSyntax, subtitleSegments, subtitlePlaylists, spriteCues, folderContent]

    static let cueSyntax = ConformanceRule(
        "VTT-01",
        .must,
        "W3C WebVTT 4.1, 4.3",
        "A WebVTT file has its header, and cues with rising starts that end after they begin."
    )
    static let subtitleSegments = ConformanceRule(
        "VTT-02",
        .must,
        "RFC 8216bis 3.1.4; Apple HLS authoring 5.3",
        "A subtitle segment maps its times to the media, and holds every cue that is shown during it."
    )
    static let subtitlePlaylists = ConformanceRule(
        "VTT-03",
        .must,
        "RFC 8216bis 4.4.6.1; Apple HLS authoring 4.5, 5.5, 5.11",
        "Subtitles have a language and cover the whole content; only they are forced, and then selected automatically."
    )
    static let spriteCues = ConformanceRule(
        "VTT-04",
        .must,
        "W3C Media Fragments URI 1.0 4.2.2",
        "Tiles lie inside the picture that they are cut from, and follow each other in time."
    )
    static let folderContent = ConformanceRule(
        "DIR-01",
        .must,
        "VLog docs/architecture.md",
        "The folder holds what manifests name, and nothing that was left over."
    )
}
